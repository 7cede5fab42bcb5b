// Search requests and answers as messages.

import Queries
import Storage

extension LeafSearchRequest {
    /// Two messages in a row are one with the members of both.
    func payload() throws(RemoteError) -> [UInt8] {
        let shared = try encoding.value { () throws(RemoteError) in
            try MessageCoding.encode(WireSearchRequest(sharedPartOf: self))
        }
        var own = WireSearchRequest()
        try own.addOwnPart(of: self)
        return shared + (try MessageCoding.encode(own))
    }
}

extension WireSearchRequest {
    init(_ request: LeafSearchRequest) throws(RemoteError) {
        try self.init(sharedPartOf: request)
        try addOwnPart(of: request)
    }

    /// What all leaves are asked alike.
    fileprivate init(sharedPartOf request: LeafSearchRequest) throws(RemoteError) {
        self.init()
        indexUuid = request.indexUUID
        indexName = request.indexName
        schemaVersion = request.schemaVersion
        query = try WireShardQuery(request.query)
        if let statistics = request.statistics { self.statistics = try WireStatistics(statistics) }
        if let what = request.what { self.what = try WireFetchSpecification(what) }
    }

    fileprivate mutating func addOwnPart(of request: LeafSearchRequest) throws(RemoteError) {
        for shard in request.shards {
            shards.append(try MessageCoding.unsigned(shard, "a shard"))
        }
        if let pin = request.pin { self.pin = pin }
        documentCount = try MessageCoding.unsigned(request.documentCount, "a number of documents")
        released = request.released
        requiredSlots = try WireSlot.list(request.requiredSlots)
    }

    func request() throws(RemoteError) -> LeafSearchRequest {
        LeafSearchRequest(
            indexUUID: try MessageCoding.indexUUID(indexUuid), indexName: indexName,
            shards: try MessageCoding.shards(shards), schemaVersion: schemaVersion,
            query: try query.shardQuery(),
            statistics: hasStatistics ? try statistics.statistics() : nil, pin: hasPin ? pin : nil,
            what: hasWhat ? try what.specification() : nil,
            documentCount: try MessageCoding.limited(
                documentCount, SearchRequest.maximumWindow, "a number of documents"),
            released: released, requiredSlots: try WireSlot.slots(requiredSlots))
    }
}

extension WireSearchResponse {
    init(_ response: LeafSearchResponse) throws(RemoteError) {
        self.init()
        if let top = response.top { self.top = try WireTopHits(top) }
        statistics = try WireStatistics(response.statistics)
        slots = try WireSlot.list(response.slots)
        schemaVersion = response.schemaVersion
        pin = response.pin
        failures = try WireShardFailure.list(response.failures)
        documentCount = response.documentCount
        queuedNanoseconds = response.queued.wholeNanoseconds
        plannedNanoseconds = response.planned.wholeNanoseconds
        scoredNanoseconds = response.scored.wholeNanoseconds
        documents = response.documents.map { WireFetchedDocument($0) }
        fetchedNanoseconds = response.fetched.wholeNanoseconds
        if response.suggested != CollectionStatistics() {
            suggested = try WireStatistics(response.suggested)
        }
        for list in response.completions { completions.append(try WireCompletions(list)) }
    }

    func response() throws(RemoteError) -> LeafSearchResponse {
        let top = hasTop ? try top.topHits() : nil
        guard documents.count <= top?.hits.count ?? 0 else {
            throw .malformed("\(documents.count) documents came with fewer hits")
        }
        var read: [FetchedDocument] = []
        for document in documents { read.append(try document.document()) }
        var result = LeafSearchResponse(
            top: top, statistics: try statistics.statistics(),
            slots: try WireSlot.slots(slots), schemaVersion: schemaVersion, pin: pin,
            failures: try WireShardFailure.failures(failures), documentCount: documentCount,
            queued: .clamped(nanoseconds: queuedNanoseconds),
            planned: .clamped(nanoseconds: plannedNanoseconds),
            scored: .clamped(nanoseconds: scoredNanoseconds),
            documents: read,
            fetched: .clamped(nanoseconds: fetchedNanoseconds))
        if hasSuggested { result.suggested = try suggested.statistics() }
        guard completions.count <= NamedSuggestion.maximumSuggestions else {
            throw .malformed("\(completions.count) lists of completions came")
        }
        for list in completions { result.completions.append(try list.completions()) }
        return result
    }
}
