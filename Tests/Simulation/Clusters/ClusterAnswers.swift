// Holds answers to searches and gets against the documents as they were.

import Analysis
import Queries
import Storage

@testable import Cluster
@testable import Shards

/// A search as a client makes it.
struct ClusterQuery {
    /// Documents with this word; nil: all.
    var word: String?
    /// By number, or by score.
    var isSorted = true
    var isDescending = false
    var size = 50
    var from = 0

    var request: SearchRequest {
        let query: Query =
            word.map { .match(MatchQuery(field: "t", value: .string($0))) } ?? .matchAll(boost: 1)
        let sort =
            isSorted ? [SortClause(field: .field("n"), descending: isDescending)] : []
        var request = SearchRequest(
            indices: [ClusterHistory.indexName], query: query, from: from, size: size, sort: sort)
        request.version = true
        request.sequenceNumber = true
        return request
    }

    func matches(_ source: String) -> Bool {
        guard let word else { return true }
        return source.contains(word)
    }
}

/// A document among an answer's hits, as the model would have it.
struct FoundDocument: Hashable {
    let id: String
    let source: String
    let version: Int64
    let sequenceNumber: Int64
    let term: Int64

    init(_ hit: SearchHit) {
        id = hit.id
        source = String(decoding: hit.source ?? [], as: UTF8.self)
        version = hit.version ?? -1
        sequenceNumber = hit.sequenceNumber ?? -1
        term = hit.primaryTerm ?? -1
    }

    init?(_ id: String, _ document: ModelDocument) {
        guard let source = document.source else { return nil }
        self.id = id
        self.source = source
        version = document.version
        sequenceNumber = document.sequenceNumber
        term = document.term
    }

    /// What it is sorted by.
    var number: Int {
        let digits = source.drop { $0 != ":" }.dropFirst().prefix { $0.isNumber }
        return Int(digits) ?? -1
    }
}

extension ClusterHistory {
    /// - Parameter floors: By shard, what the answer must have seen.
    func check(
        _ response: SearchResponse, _ query: ClusterQuery, floors: [Int: Int64], by name: String
    ) {
        let failed = Set(response.shards.failures.map(\.shard))
        guard response.shards.total == knobs.shards, response.shards.failed == failed.count,
            response.shards.successful == knobs.shards - failed.count
        else {
            return record.violated("true summaries", "\(name): \(response.shards)")
        }
        if failed.isEmpty {
            checkWhole(response, query, floors: floors, by: name)
        } else {
            record.note(.partialSearches)
            checkPart(response, query, without: failed, floors: floors, by: name)
        }
    }

    private func documents(_ shard: Int, _ state: ModelState, _ query: ClusterQuery)
        -> [FoundDocument]
    {
        state.compactMap { FoundDocument($0.key, $0.value) }
            .filter { query.matches($0.source) }
    }

    private func checkWhole(
        _ response: SearchResponse, _ query: ClusterQuery, floors: [Int: Int64], by name: String
    ) {
        guard let generation = response.generations.first,
            generation.slots.count == knobs.shards
        else { return record.violated("generations", "\(name) does not say what it has seen") }
        record.trace(name, "shows", generation.slots.reduce(0) { $0 &* 31 &+ UInt64($1 + 1) })
        var expected: [FoundDocument] = []
        for (shard, slot) in generation.slots.enumerated() {
            let witness = witness(of: shard)
            guard slot >= 0, slot <= Int64(witness.last) else {
                return record.violated(
                    "nothing that is not in the log", "\(name) shows slot \(slot) of \(shard)")
            }
            if let floor = floors[shard], slot < floor {
                return record.violated(
                    "no search goes back",
                    "\(name) shows slot \(slot) of shard \(shard), after \(floor)")
            }
            expected += documents(shard, witness.model.state(at: UInt64(slot)), query)
        }
        let found = response.hits.map(FoundDocument.init)
        guard response.total?.value == Int64(expected.count) else {
            return record.violated(
                "true totals",
                "\(name) at \(generation.slots): \(response.total?.value ?? -1) of "
                    + "\(expected.count)")
        }
        expected.sort {
            query.isDescending ? $0.number > $1.number : $0.number < $1.number
        }
        let page = Array(expected.dropFirst(query.from).prefix(query.size))
        let isEqual = query.isSorted ? found == page : Set(found) == Set(expected)
        if !isEqual, query.isSorted || query.size >= expected.count {
            record.violated(
                "searches see the documents at their slots",
                "\(name) at \(generation.slots), \(query): \(found) instead of \(page)")
        }
        let scores = response.hits.compactMap(\.score)
        if !query.isSorted, zip(scores, scores.dropFirst()).contains(where: { $0 < $1 }) {
            record.violated("the best come first", "\(name): \(scores)")
        }
    }

    /// What is there must be what each shard that answered had at some moment.
    private func checkPart(
        _ response: SearchResponse, _ query: ClusterQuery, without failed: Set<Int>,
        floors: [Int: Int64], by name: String
    ) {
        record.trace(name, "shows a part", UInt64(failed.count))
        guard query.size >= Int(knobs.ids), query.from == 0 else { return }
        if response.total?.value != Int64(response.hits.count) {
            record.violated("true totals", "\(name): \(response.hits.count) hits of less")
        }
        var byShard: [Int: Set<FoundDocument>] = [:]
        for hit in response.hits {
            byShard[shard(of: hit.id), default: []].insert(FoundDocument(hit))
        }
        for shard in 0..<knobs.shards {
            let found = byShard[shard] ?? []
            if failed.contains(shard) {
                if !found.isEmpty {
                    record.violated("true failures", "\(name) shows documents of \(shard)")
                }
                continue
            }
            let witness = witness(of: shard)
            let floor = UInt64(max(0, floors[shard] ?? 0))
            let isTrue = witness.model.states(from: floor, through: witness.last).contains {
                Set(documents(shard, $0, query)) == found
            }
            if !isTrue {
                let newest = documents(shard, witness.model.newest.state, query)
                record.violated(
                    "answers in part are true of the rest",
                    "\(name), shard \(shard) since slot \(floor), \(query): \(found), while "
                        + "\(newest) is there")
            }
        }
    }

    func check(
        _ response: GetResponse?, _ id: String, floor: Int64, by name: String
    ) {
        let witness = witness(of: shard(of: id))
        let known = response.map {
            ModelDocument(
                source: String(decoding: $0.source, as: UTF8.self), version: $0.version,
                sequenceNumber: $0.sequenceNumber, term: $0.primaryTerm)
        }
        record.note(.reads)
        let from = UInt64(max(0, floor))
        let isTrue = witness.model.states(from: from, through: witness.last).contains { state in
            state[id].flatMap { $0.source == nil ? nil : $0 } == known
        }
        if !isTrue {
            let were = witness.model.states.suffix(5).map { ($0.slot, $0.state[id]) }
            record.violated(
                "gets are true",
                "\(name), document \(id) since slot \(floor): \(known as Any), and was \(were)")
        }
    }
}
