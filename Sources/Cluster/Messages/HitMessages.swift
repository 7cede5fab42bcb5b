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
        hits.reserveCapacity(top.hits.count)
        for hit in top.hits { hits.append(try WireHit(hit)) }
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
            maximumScore: hasMaximumScore ? maximumScore : nil)
        result.hits.reserveCapacity(hits.count)
        for hit in hits { result.hits.append(try hit.hit()) }
        for facet in facets { result.facets[facet.name] = try facet.partial() }
        return result
    }
}

extension WireHit {
    fileprivate init(_ hit: Hit) throws(RemoteError) {
        self.init()
        if let score = hit.score { self.score = score }
        sortValues = hit.sortValues.map { WireSortValue($0) }
        tieKey = hit.tieKey
        address = try WireAddress(hit.address)
    }

    fileprivate func hit() throws(RemoteError) -> Hit {
        var values: [SortValue] = []
        for value in sortValues { values.append(try value.sortValue()) }
        return Hit(
            score: hasScore ? score : nil, sortValues: values, tieKey: tieKey,
            address: try address.address())
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
        case .score(let score): return .score(score)
        case .integer(let integer): return .integer(integer)
        case .real(let real): return .real(real)
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
