// Hits, totals, facets, slots and shard failures as messages.

import Queries

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireTopHits {
    init(_ top: TopHits) throws(RemoteError) {
        self.init()
        try addHits(top.hits)
        if let total = top.total {
            self.total.value = total.value
            self.total.isLowerBound = total.isLowerBound
        }
        if let score = top.maximumScore { maximumScore = score }
        for (name, partial) in top.facets.sorted(by: { $0.key < $1.key }) {
            facets.append(WireFacet(name, partial))
        }
    }

    func topHits() throws(RemoteError) -> TopHits {
        var result = TopHits(
            total: hasTotal
                ? TotalHits(value: total.value, isLowerBound: total.isLowerBound) : nil,
            maximumScore: hasMaximumScore
                ? try MessageCoding.number(maximumScore, "a maximum score") : nil)
        result.hits = try hits()
        for facet in facets { result.facets[facet.name] = try facet.partial() }
        return result
    }
}

extension WireTopHits {
    /// By column, so that a hit costs a few bytes and no object.
    private mutating func addHits(_ hits: [Hit]) throws(RemoteError) {
        let sortValueCount = hits.first?.sortValues.count ?? 0
        let hasScores = hits.first?.score != nil
        for hit in hits {
            guard (hit.score != nil) == hasScores, hit.sortValues.count == sortValueCount else {
                throw .malformed("hits of one answer are ordered by different values")
            }
        }
        tieKeys = hits.map(\.tieKey)
        documents = hits.map(\.address.document)
        scores = hits.compactMap(\.score)
        sortValues = hits.flatMap { $0.sortValues.map { WireSortValue($0) } }
        try addSecondScores(hits)
        for hit in hits {
            shards.append(try MessageCoding.unsigned(hit.address.shard, "a shard"))
            segments.append(try MessageCoding.unsigned(hit.address.segment, "a segment"))
        }
    }

    /// Of the first hits, as many for each.
    private mutating func addSecondScores(_ hits: [Hit]) throws(RemoteError) {
        let count = hits.first?.secondScores.count ?? 0
        rescoreCount = try MessageCoding.unsigned(count, "a number of rescorers")
        let rescored = hits.prefix { !$0.secondScores.isEmpty }
        guard rescored.allSatisfy({ $0.secondScores.count == count }),
            hits.dropFirst(rescored.count).allSatisfy({ $0.secondScores.isEmpty })
        else { throw .malformed("hits of one answer are rescored by different numbers of queries") }
        secondScores = rescored.flatMap { $0.secondScores.map { $0 ?? .nan } }
    }

    /// Of the hit at this place; empty behind those that were rescored.
    private func secondScores(of place: Int) -> [Float?] {
        let count = Int(rescoreCount)
        guard count > 0, (place + 1) * count <= secondScores.count else { return [] }
        return secondScores[place * count..<(place + 1) * count].map { $0.isNaN ? nil : $0 }
    }

    private func hits() throws(RemoteError) -> [Hit] {
        let count = tieKeys.count
        guard shards.count == count, segments.count == count, documents.count == count,
            scores.isEmpty || scores.count == count,
            sortValues.isEmpty || (count > 0 && sortValues.count.isMultiple(of: count))
        else { throw .malformed("the columns of \(count) hits are not of one length") }
        let rescorers = try MessageCoding.limited(
            rescoreCount, QueryLimits.maximumRescores, "a number of rescorers")
        guard secondScores.count <= rescorers * count,
            rescorers == 0 || secondScores.count.isMultiple(of: rescorers)
        else {
            throw .malformed(
                "\(secondScores.count) second scores came of \(rescorers) rescorers and \(count) "
                    + "hits")
        }
        let sortValueCount = count == 0 ? 0 : sortValues.count / count
        var result: [Hit] = []
        result.reserveCapacity(count)
        for place in 0..<count {
            var values: [SortValue] = []
            for value in sortValues[place * sortValueCount..<(place + 1) * sortValueCount] {
                values.append(try value.sortValue())
            }
            result.append(
                Hit(
                    score: scores.isEmpty
                        ? nil : try MessageCoding.number(scores[place], "a score"),
                    sortValues: values,
                    tieKey: tieKeys[place],
                    address: HitAddress(
                        shard: try MessageCoding.shard(shards[place]),
                        segment: Int(segments[place]), document: documents[place]),
                    secondScores: secondScores(of: place)))
        }
        return result
    }
}

extension WireAddress {
    init(_ address: HitAddress) throws(RemoteError) {
        self.init()
        shard = try MessageCoding.unsigned(address.shard, "a shard")
        segment = try MessageCoding.unsigned(address.segment, "a segment")
        document = address.document
    }

    func address() throws(RemoteError) -> HitAddress {
        HitAddress(
            shard: try MessageCoding.shard(shard), segment: Int(segment), document: document)
    }
}

extension WireSortValue {
    fileprivate init(_ value: SortValue) {
        self.init()
        switch value {
        case .score(let score): self.score = score
        case .integer(let integer): self.integer = integer
        case .real(let real): self.real = real
        case .bytes(let bytes): self.bytes = Data(bytes)
        case .missing: missing = true
        }
    }

    fileprivate func sortValue() throws(RemoteError) -> SortValue {
        switch kind {
        case .score(let score): return .score(try MessageCoding.number(score, "a score"))
        case .integer(let integer): return .integer(integer)
        case .real(let real): return .real(try MessageCoding.number(real, "a sort value"))
        case .bytes(let bytes): return .bytes(Array(bytes))
        case .missing: return .missing
        case nil: throw .malformed("a sort value is of no known kind")
        }
    }
}

extension WireFacet {
    fileprivate init(_ name: String, _ partial: FacetPartial) {
        self.init()
        self.name = name
        switch partial {
        case .terms(let counts):
            terms = WireTermCounts()
            for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
                terms.keys.append(WireValue(key))
                terms.counts.append(count)
            }
        case .ranges(let counts): ranges.counts = counts
        }
    }

    fileprivate func partial() throws(RemoteError) -> FacetPartial {
        switch kind {
        case .terms(let wire):
            guard wire.keys.count == wire.counts.count else {
                throw .malformed("a facet has \(wire.keys.count) keys, \(wire.counts.count) counts")
            }
            var counts: [FacetKey: Int64] = [:]
            counts.reserveCapacity(wire.keys.count)
            for (key, count) in zip(wire.keys, wire.counts) {
                counts[try key.facetKey()] = count
            }
            return .terms(counts)
        case .ranges(let wire): return .ranges(wire.counts)
        case nil: throw .malformed("facet '\(name)' is of no known kind")
        }
    }
}

extension WireSlot {
    /// In the order of the shards.
    static func list(_ slots: [Int: Int64]) throws(RemoteError) -> [WireSlot] {
        var result: [WireSlot] = []
        for (shard, slot) in slots.sorted(by: { $0.key < $1.key }) {
            var wire = WireSlot()
            wire.shard = try MessageCoding.unsigned(shard, "a shard")
            wire.slot = slot
            result.append(wire)
        }
        return result
    }

    static func slots(_ wire: [WireSlot]) throws(RemoteError) -> [Int: Int64] {
        var result: [Int: Int64] = [:]
        for slot in wire { result[try MessageCoding.shard(slot.shard)] = slot.slot }
        return result
    }
}

extension WireShardFailure {
    static func list(_ failures: [ShardFailure]) throws(RemoteError) -> [WireShardFailure] {
        var result: [WireShardFailure] = []
        for failure in failures {
            var wire = WireShardFailure()
            wire.index = failure.index
            wire.shard = try MessageCoding.unsigned(failure.shard, "a shard")
            if let node = failure.node { wire.node = node }
            wire.type = failure.type
            wire.reason = failure.reason
            result.append(wire)
        }
        return result
    }

    static func failures(_ wire: [WireShardFailure]) throws(RemoteError) -> [ShardFailure] {
        var result: [ShardFailure] = []
        for failure in wire {
            result.append(
                ShardFailure(
                    index: failure.index, shard: try MessageCoding.shard(failure.shard),
                    node: failure.hasNode ? failure.node : nil, type: failure.type,
                    reason: failure.reason))
        }
        return result
    }
}
