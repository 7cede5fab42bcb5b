// A leaf of a few lines: naive, in memory, and scripted where a test wants trouble.

import Analysis
import Cluster
import Queries
import Storage
import Synchronization

struct FakeDocument: Sendable {
    var id: String
    var words: [String]
    var year: Int64
    var source: [UInt8] = []

    init(id: String, words: [String], year: Int64) {
        self.id = id
        self.words = words
        self.year = year
        let text = words.joined(separator: " ")
        source = Array("{\"body\":\"\(text)\",\"year\":\(year)}".utf8)
    }

    init(id: String, source: [UInt8]) {
        let json = try? JSONParser.parse(source)
        self.id = id
        self.source = source
        words = (json?["body"]?.stringValue ?? "").split(separator: " ").map(String.init)
        year = json?["year"]?.integerValue ?? 0
    }
}

/// What all fake leaves of a test share: where documents are is the root's decision.
final class FakeStore: Sendable {
    struct Shard: Sendable {
        var documents: [FakeDocument] = []
        var slot: Int64 = 0
    }

    struct Key: Hashable {
        var indexUUID: String
        var shard: Int
    }

    let shards = Mutex<[Key: Shard]>([:])

    func shard(_ uuid: String, _ number: Int) -> Shard {
        shards.withLock { $0[Key(indexUUID: uuid, shard: number)] ?? Shard() }
    }

    /// Returns the new slot.
    @discardableResult
    func put(_ document: FakeDocument, _ uuid: String, _ number: Int) -> Int64 {
        shards.withLock { shards in
            var shard = shards[Key(indexUUID: uuid, shard: number)] ?? Shard()
            shard.documents.removeAll { $0.id == document.id }
            shard.documents.append(document)
            shard.slot += 1
            shards[Key(indexUUID: uuid, shard: number)] = shard
            return shard.slot
        }
    }
}

final class FakeLeaf: LeafService {
    let name: String
    let store: FakeStore

    struct State {
        var pins: [UInt64: [Int: FakeStore.Shard]] = [:]
        var lastPin: UInt64 = 0
        var schemaVersion: Int64 = 0
        var sequence: UInt64 = 1
        /// Calls so far, by kind.
        var calls: [String: Int] = [:]
        var writes: [LeafWriteRequest] = []
        /// Most documents that come with a search's answer.
        var earlyDocuments = 0
        var isDown = false
        var isStuck = false
        /// What the leaf has of the shards; nil: all there is.
        var frozen: [FakeStore.Key: FakeStore.Shard]?
        /// Shards it says it has not.
        var lost: Set<Int> = []
        var searches: [LeafSearchRequest] = []
        var gets: [LeafGetRequest] = []
        /// What each shard keeps: ids.
        var kept: [FakeStore.Key: [String]] = [:]
    }

    let state = Mutex(State())
    /// Answers instead of the leaf when it returns something; gets the number of the call, from 1.
    let searchScript = Mutex<(@Sendable (LeafSearchRequest, Int) throws -> LeafSearchResponse?)?>(
        nil)
    let fetchScript = Mutex<(@Sendable (Int) throws -> Void)?>(nil)
    let writeScript = Mutex<(@Sendable (LeafWriteRequest, Int) throws -> LeafWriteResponse?)?>(nil)

    init(name: String, store: FakeStore) {
        self.name = name
        self.store = store
    }

    var pinCount: Int { state.withLock { $0.pins.count } }

    func calls(_ kind: String) -> Int { state.withLock { $0.calls[kind] ?? 0 } }

    /// Called before each call with the number of all calls so far; may take the leaf down.
    let callScript = Mutex<(@Sendable (FakeLeaf, Int) -> Void)?>(nil)

    private func enter(_ kind: String) async throws -> Int {
        let total = state.withLock { state in
            state.calls[kind, default: 0] += 1
            return state.calls.values.reduce(0, +)
        }
        callScript.withLock { $0 }?(self, total)
        let (number, isDown, isStuck) = state.withLock { state in
            (state.calls[kind] ?? 0, state.isDown, state.isStuck)
        }
        if isDown { throw TransportError.unreachable(NodeAddress(name), reason: "it is down") }
        // A stuck leaf does not even notice being cancelled.
        if isStuck { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in } }
        return number
    }

    /// Keeps the leaf at what there is now, until somebody requires more.
    func freeze() {
        let all = store.shards.withLock { $0 }
        state.withLock { $0.frozen = all }
    }

    private func shard(_ uuid: String, _ number: Int, required: Int64?) throws -> FakeStore.Shard {
        if state.withLock({ $0.lost.contains(number) }) {
            throw RemoteError(
                type: RemoteError.noShardType, reason: "\(name) has no shard \(number)",
                status: 503)
        }
        let newest = store.shard(uuid, number)
        return state.withLock { state in
            let key = FakeStore.Key(indexUUID: uuid, shard: number)
            guard let known = state.frozen.map({ $0[key] ?? FakeStore.Shard() }),
                known.slot >= required ?? known.slot
            else {
                state.frozen?[key] = newest
                return newest
            }
            return known
        }
    }

    // MARK: Searching

    func search(
        _ request: LeafSearchRequest, deadline: Instant
    ) async throws -> LeafSearchResponse {
        let number = try await enter("search")
        state.withLock { state in
            for pin in request.released { state.pins[pin] = nil }
            state.searches.append(request)
        }
        if let script = searchScript.withLock({ $0 }),
            let response = try script(request, number)
        {
            return response
        }
        var response = LeafSearchResponse(schemaVersion: state.withLock { $0.schemaVersion })
        let shards: [Int: FakeStore.Shard]
        if let pin = request.pin {
            guard let pinned = state.withLock({ $0.pins[pin] }) else {
                throw RemoteError(
                    type: RemoteError.missingPinType, reason: "pin \(pin) is gone", status: 404)
            }
            shards = pinned
            response.pin = pin
        } else {
            var found: [Int: FakeStore.Shard] = [:]
            for number in request.shards {
                do {
                    found[number] = try shard(
                        request.indexUUID, number, required: request.requiredSlots[number])
                } catch let error as RemoteError {
                    response.failures.append(
                        ShardFailure(
                            index: request.indexName, shard: number, node: name,
                            type: error.type, reason: error.reason))
                }
            }
            shards = found
            response.pin = state.withLock { state in
                state.lastPin += 1
                state.pins[state.lastPin] = shards
                return state.lastPin
            }
        }
        response.slots = shards.mapValues(\.slot)
        response.documentCount = Int64(shards.values.reduce(0) { $0 + $1.documents.count })
        response.statistics = NaiveSearch.statistics(shards, request.query)
        if let statistics = request.statistics {
            response.top = NaiveSearch.top(shards, request.query, statistics)
        }
        let needs = request.query.suggested
        if !needs.isEmpty {
            response.suggested = NaiveSearch.suggested(shards, needs)
            response.completions = needs.beginnings.map { NaiveSearch.completions(shards, $0) }
        }
        if let what = request.what {
            let count = min(request.documentCount, state.withLock { $0.earlyDocuments })
            response.documents = try (response.top?.hits.prefix(count) ?? []).map {
                try Self.read($0.address, shards, what)
            }
        }
        return response
    }

    func fetch(_ request: LeafFetchRequest, deadline: Instant) async throws -> LeafFetchResponse {
        let number = try await enter("fetch")
        try fetchScript.withLock { $0 }?(number)
        let pinned = state.withLock { state in
            request.release ? state.pins.removeValue(forKey: request.pin) : state.pins[request.pin]
        }
        guard let pinned else {
            throw RemoteError(
                type: RemoteError.missingPinType, reason: "pin \(request.pin) is gone", status: 404)
        }
        return LeafFetchResponse(
            documents: try request.addresses.map { try Self.read($0, pinned, request.what) })
    }

    private static func read(
        _ address: HitAddress, _ shards: [Int: FakeStore.Shard], _ what: FetchSpecification
    ) throws -> FetchedDocument {
        let document = shards[address.shard]?.documents[Int(address.document)]
        return FetchedDocument(
            id: Array((document?.id ?? "").utf8),
            source: try what.source.apply(document?.source ?? []), version: 3, sequenceNumber: 5)
    }

    // MARK: Writing

    func write(_ request: LeafWriteRequest, deadline: Instant) async throws -> LeafWriteResponse {
        let number = try await enter("write")
        state.withLock { $0.writes.append(request) }
        if let script = writeScript.withLock({ $0 }), let response = try script(request, number) {
            return response
        }
        var response = LeafWriteResponse()
        for group in request.groups {
            var outcomes: [DocumentOutcome] = []
            for operation in group.operations {
                let slot = store.put(
                    FakeDocument(id: operation.id, source: operation.source), request.indexUUID,
                    group.shard)
                outcomes.append(
                    DocumentOutcome(
                        id: operation.id, result: .created, version: 1, sequenceNumber: slot,
                        primaryTerm: 1, slot: slot))
                response.slots[group.shard] = slot
            }
            response.groups.append(ShardWriteResult(shard: group.shard, outcomes: outcomes))
        }
        return response
    }

    func get(_ request: LeafGetRequest, deadline: Instant) async throws -> LeafGetResponse {
        _ = try await enter("get")
        state.withLock { $0.gets.append(request) }
        let shard = try shard(
            request.indexUUID, request.shard, required: request.requiredSlot)
        return LeafGetResponse(
            document: shard.documents.first { $0.id == request.id }.map {
                StoredDocument(
                    source: $0.source, version: 1, sequenceNumber: 0, primaryTerm: 1)
            })
    }

    // MARK: The rest

    func refresh(
        _ request: LeafRefreshRequest, deadline: Instant
    ) async throws -> LeafRefreshResponse {
        _ = try await enter(request.flush ? "flush" : "refresh")
        return LeafRefreshResponse(
            slots: Dictionary(
                uniqueKeysWithValues: request.shards.map {
                    ($0, store.shard(request.indexUUID, $0).slot)
                }))
    }

    func status(
        _ request: LeafStatusRequest, deadline: Instant
    ) async throws -> LeafStatusResponse {
        _ = try await enter("status")
        let shards = opened.withLock { $0 }
        return LeafStatusResponse(
            node: NodeReport(name: name),
            shards: shards.map { key in
                ShardStatus(
                    indexUUID: key.indexUUID, shard: key.shard, state: .started,
                    documentCount: Int64(store.shard(key.indexUUID, key.shard).documents.count),
                    damage: damage.withLock { $0 })
            })
    }

    let opened = Mutex<Set<FakeStore.Key>>([])
    /// Said of every shard.
    let damage = Mutex<String?>(nil)

    /// Each poll is answered when the test says so.
    let polls = PollMailbox()
    let asked = AsyncStream.makeStream(of: LeafGenerationsRequest.self)

    func scrub(_ request: LeafScrubRequest, deadline: Instant) async throws -> LeafScrubResponse {
        _ = try await enter("scrub")
        let keys = opened.withLock { $0 }.filter {
            request.indexUUIDs?.contains($0.indexUUID) ?? true
        }
        return LeafScrubResponse(
            shards: keys.sorted { ($0.indexUUID, $0.shard) < ($1.indexUUID, $1.shard) }.map {
                ScrubbedShard(
                    indexUUID: $0.indexUUID, shard: $0.shard, isPending: request.starts,
                    age: .seconds(1))
            })
    }

    func generations(
        _ request: LeafGenerationsRequest, deadline: Instant
    ) async throws -> LeafGenerationsResponse {
        asked.continuation.yield(request)
        _ = try await enter("generations")
        guard let response = await polls.take() else { throw CancellationError() }
        return response
    }

    /// No root follows logs.
    func follow(
        _ request: LeafFollowRequest, deadline: Instant
    ) async throws -> LeafFollowResponse {
        _ = try await enter("follow")
        return LeafFollowResponse()
    }

    func open(_ request: LeafOpenRequest, deadline: Instant) async throws -> LeafOpenResponse {
        _ = try await enter("open")
        opened.withLock { opened in
            for shard in request.shards {
                opened.insert(FakeStore.Key(indexUUID: request.indexUUID, shard: shard))
            }
        }
        return LeafOpenResponse()
    }

    /// Shards that keep nothing and let nothing go.
    let unwilling = Mutex<Set<Int>>([])

    func snapshot(
        _ request: LeafSnapshotRequest, deadline: Instant
    ) async throws -> LeafSnapshotResponse {
        _ = try await enter("snapshot")
        var response = LeafSnapshotResponse()
        for number in request.shards {
            if unwilling.withLock({ $0.contains(number) }) {
                response.failures.append(
                    ShardFailure(
                        index: "", shard: number, node: name, type: "test", reason: "not now"))
                continue
            }
            response.shards.append(perform(request, number))
        }
        return response
    }

    private func perform(
        _ request: LeafSnapshotRequest, _ number: Int
    ) -> LeafSnapshotResponse.Shard {
        let shard = store.shard(request.indexUUID, number)
        let key = FakeStore.Key(indexUUID: request.indexUUID, shard: number)
        state.withLock { state in
            switch request.action {
            case .keep(let id, _):
                if state.kept[key, default: []].contains(id) { break }
                state.kept[key, default: []].append(id)
            case .letGo(let id): state.kept[key]?.removeAll { $0 == id }
            case .rollBack, .rollBackToPrevious: break
            }
        }
        return LeafSnapshotResponse.Shard(
            shard: number,
            state: SnapshotShard(
                slot: shard.slot, documents: Int64(shard.documents.count), bytes: 10),
            visibleSlot: shard.slot + 1)
    }

    func drop(_ request: LeafDropRequest, deadline: Instant) async throws {
        _ = try await enter("drop")
        opened.withLock { $0 = $0.filter { $0.indexUUID != request.indexUUID } }
    }
}

/// Term, match-all and fuzzy queries over the field `body`, by looking at every document.
enum NaiveSearch {
    static func statistics(
        _ shards: [Int: FakeStore.Shard], _ query: ShardQuery
    ) -> CollectionStatistics {
        let occurrences = query.scoringOccurrences
        return statistics(
            shards, query.expansions, fields: Set(occurrences.map(\.field)),
            terms: Set(
                occurrences.compactMap { part in
                    part.term.map { TermKey(field: part.field, term: $0) }
                }))
    }

    static func suggested(
        _ shards: [Int: FakeStore.Shard], _ needs: SuggestionNeeds
    ) -> CollectionStatistics {
        statistics(shards, needs.expansions, fields: needs.fields, terms: needs.terms)
    }

    /// Words weigh the year of their document.
    static func completions(
        _ shards: [Int: FakeStore.Shard], _ beginning: CompletionBeginning
    ) -> [Completion] {
        var result = Completions(beginning)
        for (number, shard) in shards.sorted(by: { $0.key < $1.key }) {
            for (place, document) in shard.documents.enumerated() {
                let hit = Hit(
                    score: nil, tieKey: DocumentRouting.hash(Array(document.id.utf8)),
                    address: HitAddress(shard: number, segment: 0, document: UInt32(place)))
                result.add(
                    document.words.filter { $0.utf8.starts(with: beginning.form) }.map { word in
                        let bytes = Array(word.utf8)
                        return Completion(
                            entry: CompletionEntry(
                                weight: Int(document.year), form: bytes, surface: bytes), hit: hit)
                    })
            }
        }
        return result.best
    }

    private static func statistics(
        _ shards: [Int: FakeStore.Shard], _ expansions: Set<TermExpansion>, fields: Set<String>,
        terms: Set<TermKey>
    ) -> CollectionStatistics {
        var result = CollectionStatistics()
        for expansion in expansions {
            var frequencies: [String: Int64] = [:]
            for document in shards.values.flatMap(\.documents) {
                for word in Set(document.words) { frequencies[word, default: 0] += 1 }
            }
            let automaton = try? expansion.pattern.automaton()
            result.expansions[expansion] = ExpandedTerms(
                frequencies.compactMap { word, frequency in
                    automaton?.match(word.utf8).map {
                        ExpandedTerm(term: Term(word), edits: $0, documentFrequency: frequency)
                    }
                })
        }
        for document in shards.values.flatMap(\.documents) {
            for field in fields {
                var counts = result.fields[field] ?? FieldCounts()
                counts.documentCount += 1
                counts.totalTermFrequency += Int64(document.words.count)
                result.fields[field] = counts
            }
            // Words in a row are one term.
            let text = " " + document.words.joined(separator: " ") + " "
            for key in terms where text.contains(" " + key.term.text + " ") {
                result.terms[key, default: 0] += 1
            }
        }
        return result
    }

    /// Any function of the document and the statistics will do, if it depends on all of them.
    static func score(
        _ query: Query, _ document: FakeDocument, _ statistics: CollectionStatistics
    ) -> Float? {
        switch query {
        case .matchAll(let boost): return boost
        case .term(let field, let term, let boost):
            let frequency = document.words.count { $0 == term.text }
            guard frequency > 0 else { return nil }
            let counts = statistics.fields[field] ?? FieldCounts()
            let key = TermKey(field: field, term: term)
            let rarity = Float(counts.documentCount + 1) / Float((statistics.terms[key] ?? 0) + 1)
            let length = Float(counts.totalTermFrequency + 1) / Float(document.words.count + 1)
            return boost * rarity * Float(frequency) * length
        case .expanded(let expansion, let boost):
            let best = statistics.best(expansion)
            let found = best.terms.filter { document.words.contains($0.term.text) }
            guard !found.isEmpty else { return nil }
            let counts = statistics.fields[expansion.field] ?? FieldCounts()
            return found.reduce(Float(0)) { sum, term in
                sum + boost * expansion.similarity(of: term) * Float(counts.documentCount + 1)
                    / Float(best.blendedFrequency + term.documentFrequency)
            }
        case .bool(let bool):
            guard bool.filter.allSatisfy({ score($0, document, statistics) != nil }) else {
                return nil
            }
            let scores = (bool.must + bool.should).compactMap { score($0, document, statistics) }
            return scores.isEmpty && bool.filter.isEmpty ? nil : scores.reduce(0, +)
        default: return nil
        }
    }

    static func top(
        _ shards: [Int: FakeStore.Shard], _ query: ShardQuery, _ statistics: CollectionStatistics
    ) -> TopHits {
        var hits: [Hit] = []
        var years: [FacetKey: Int64] = [:]
        for (number, shard) in shards {
            for (place, document) in shard.documents.enumerated() {
                guard let score = score(query.query, document, statistics) else { continue }
                if let filter = query.postFilter,
                    self.score(filter, document, statistics) == nil
                {
                    continue
                }
                let id = Array(document.id.utf8)
                years[.integer(document.year), default: 0] += 1
                let seconds = query.rescores.map { self.score($0.query, document, statistics) }
                hits.append(
                    Hit(
                        score: query.needsScores ? score : nil,
                        sortValues: query.sort.map { clause in
                            clause.field == .score ? .score(score) : .integer(document.year)
                        }, tieKey: DocumentRouting.hash(id),
                        address: HitAddress(
                            shard: number, segment: 0, document: UInt32(place)),
                        secondScores: seconds))
            }
        }
        hits.sort(by: HitOrder(sort: query.sort).precedes)
        for place in hits.indices.dropFirst(query.rescoredCount) { hits[place].secondScores = [] }
        var total: TotalHits? = TotalHits(value: Int64(hits.count), isLowerBound: false)
        if query.trackTotalHits == .none { total = nil }
        // A real leaf stops counting somewhere beyond the limit.
        if case .upTo(let limit) = query.trackTotalHits, hits.count > limit {
            total = TotalHits(value: Int64(limit + 1), isLowerBound: true)
        }
        return TopHits(
            hits: Array(hits.prefix(query.count)), total: total,
            maximumScore: query.needsScores ? hits.compactMap(\.score).max() : nil,
            facets: Dictionary(
                uniqueKeysWithValues: query.aggregations.map { ($0.name, .terms(years)) }))
    }
}
