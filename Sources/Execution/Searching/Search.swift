// One search over all segments, with one heap and one threshold.

import Analysis
import Queries
import Segments

/// One query over the segments of a searcher. Not `Sendable`: it belongs to one thread.
public final class Search {
    private let segments: [SearchedSegment]
    private let schema: Schema
    private let query: ShardQuery
    private let stop: StopSignal
    private let entries: TermEntries

    init(
        _ segments: [SearchedSegment], _ schema: Schema, _ query: ShardQuery, _ stop: StopSignal
    ) {
        self.segments = segments
        self.schema = schema
        self.query = query
        self.stop = stop
        entries = TermEntries(segments)
    }

    /// What BM25 needs to know of these shards for this query: numbers of live documents, exact.
    /// Throws `SegmentError` when a segment is damaged.
    public func statistics() throws -> CollectionStatistics {
        try statistics { _, _ in FuzzyWord.maximumDistance }
    }

    /// The same where there are other shards: of words that may be misspelt only what is needed to
    /// see whether what is believed of the whole collection is true.
    public func statistics(
        toVerify belief: CollectionStatistics?
    ) throws -> CollectionStatistics {
        try statistics { expansion, known in
            ExpandedTerms.editsToLookFor(believing: belief?.expansions[expansion], known)
        }
    }

    private func statistics(
        _ edits: (TermExpansion, _ known: Int64) -> Int
    ) throws -> CollectionStatistics {
        var result = CollectionStatistics()
        for expansion in query.expansions {
            result.expansions[expansion] = try ExpansionCandidates.find(
                expansion, upTo: expansion.correctsUpTo.map { edits(expansion, $0) } ?? 0,
                in: entries, stop)
        }
        var fields: [String] = []
        let occurrences = query.scoringOccurrences
        if occurrences.count > 1 { result.terms.reserveCapacity(occurrences.count) }
        for (field, term) in occurrences {
            if !fields.contains(field) { fields.append(field) }
            guard let term else { continue }
            let key = TermKey(field: field, term: term)
            result.terms[key] = try documentFrequency(of: key)
        }
        for field in fields { result.fields[field] = try counts(of: field) }
        return result
    }

    /// What suggestions are made from, of these shards: exact numbers of live documents.
    /// Throws `SegmentError` when a segment is damaged.
    public func suggested() throws -> CollectionStatistics {
        var result = CollectionStatistics()
        let needs = query.suggested
        for expansion in needs.expansions {
            result.expansions[expansion] = try ExpansionCandidates.find(
                expansion, upTo: FuzzyWord.maximumDistance, in: entries, stop)
        }
        for key in needs.terms {
            if stop.isSet { throw ExecutionError.stopped }
            let count = try documentFrequency(of: key)
            if count > 0 { result.terms[key] = count }
        }
        for field in needs.fields { result.fields[field] = try counts(of: field) }
        return result
    }

    /// The best completions of each beginning that the query asks for, in their order.
    /// Throws `SegmentError` when a segment is damaged.
    public func completions() throws -> [[Completion]] {
        try query.suggested.beginnings.map { beginning in
            try CompletionSearch(beginning: beginning, stop: stop).find(in: segments) {
                entries.field(beginning.field, in: $0)
            }
        }
    }

    private func documentFrequency(of key: TermKey) throws -> Int64 {
        let number = entries.number(of: key)
        return try segments.indices.reduce(0) {
            $0 + (try entries.documentFrequency(number, in: $1))
        }
    }

    private func counts(of field: String) throws -> FieldCounts {
        var sum = FieldCounts()
        for segment in segments.indices {
            let counts = try entries.counts(of: field, in: segment)
            sum.documentCount += counts.documentCount
            sum.totalTermFrequency += counts.totalTermFrequency
        }
        return sum
    }

    /// The best hits, the total and the facets, scored with the collection's statistics. Where
    /// these say that more documents match than the request wants counted, the total is just that.
    /// - Throws: `ExecutionError`, or `SegmentError` when a segment is damaged.
    public func hits(_ statistics: CollectionStatistics) throws -> TopHits {
        var planner = QueryPlanner(statistics, entries, schema)
        let weight = try planner.plan(query.query, isScoring: query.needsScores)
        let postFilter = try query.postFilter.map { try planner.plan($0, isScoring: false) }
        let memory = ScorerMemory.take()
        let planners = segments.indices.map { SegmentPlanner($0, entries, memory, stop) }
        let total = try total(weight, planners)
        if wantsOnlyTotal, !total.isCounting {
            memory.giveBack()
            return TopHits(total: total.totalHits)
        }
        let collector = makeCollector(total, memory)
        var scorers: [(segment: Int, scorer: any BulkScorer)] = []
        for (index, planner) in planners.enumerated() where !collector.isComplete {
            let scorer = try planner.bulkScorer(
                weight, mask: planner.liveBits(), isScoring: query.needsScores)
            if let scorer { scorers.append((index, scorer)) }
        }
        // The threshold rises early when the segment with the best bound comes first. Any order
        // gives the same hits.
        if collector.heap != nil { scorers.sort { $0.scorer.maximum > $1.scorer.maximum } }
        for (index, scorer) in scorers {
            if collector.isComplete { break }
            if collector.prunes, scorer.maximum < collector.threshold { continue }
            if stop.isSet { throw ExecutionError.stopped }
            let kept = try postFilter.map { filter in
                try planners[index].scorer(filter)?
                    .documents(documentCount: planners[index].documentCount) { stop.isSet }
                    ?? DocumentBits(documentCount: planners[index].documentCount)
            }
            try collector.begin(segment: index, postFilter: kept)
            try scorer.score(into: collector, stop)
            try collector.endSegment()
        }
        var hits = topHits(collector)
        try rescore(&hits.hits, &planner, planners)
        // After an error the memory is not as a search expects it, and goes.
        memory.giveBack()
        return hits
    }

    private var wantsOnlyTotal: Bool { query.count <= 0 && query.aggregations.isEmpty }

    private func makeCollector(_ total: HitCount, _ memory: ScorerMemory) -> HitCollector {
        let sortsByScore =
            query.count <= 0 || query.sort.isEmpty
            || (query.sort.count == 1 && query.sort[0].field == .score
                && query.sort[0].descending)
        let segments = segments
        var heap: BestDocuments?
        var sorter: FieldSorter?
        if sortsByScore {
            heap = BestDocuments(
                capacity: max(0, query.count),
                tieKeys: { segments[$0].view.segment.tieKeys(of: $1, into: $2) },
                identity: { (segments[$0].shard, segments[$0].view.segment.id($1)) })
        } else {
            sorter = FieldSorter(
                query, columns: query.sort.map { columns($0.field) }, segments: segments,
                wantsScores: Self.wantsScores(query))
        }
        return HitCollector(
            heap: heap, sorter: sorter, facets: query.aggregations.map(facetCounter), query: query,
            total: total, scratch: memory.gathered)
    }

    private func columns(_ field: SortField) -> [Column?] {
        guard case .field(let path) = field else { return segments.map { _ in nil } }
        return segments.map { $0.view.segment.column(path) }
    }

    private func facetCounter(_ named: NamedAggregation) -> any FacetCounter {
        switch named.aggregation {
        case .terms(let terms):
            TermsFacetCounter(terms, columns: columns(.field(terms.field)))
        case .range(let range):
            RangeFacetCounter(range, columns: columns(.field(range.field)))
        }
    }

    /// Whether hits carry scores.
    private static func wantsScores(_ query: ShardQuery) -> Bool {
        query.count > 0
            && (query.trackScores || query.sort.isEmpty
                || query.sort.contains { $0.field == .score })
    }

    /// What is known of the total before searching.
    private func total(
        _ weight: Weight, _ planners: [SegmentPlanner]
    ) throws -> HitCount {
        var total = HitCount(query.trackTotalHits)
        guard total.isCounting, query.minimumScore == nil, query.postFilter == nil else {
            return total
        }
        // What is known of the whole collection need not be counted in any of its parts.
        total.know(atLeast: weight.minimumMatches)
        guard total.isCounting else { return total }
        var exact: Int64? = 0
        for planner in planners {
            guard let sum = exact else { break }
            exact = try planner.exactCount(weight).map { sum + $0 }
        }
        if let exact {
            total.know(exact)
        } else {
            total.know(atLeast: try planners.reduce(0) { $0 + (try $1.minimumCount(weight)) })
        }
        return total
    }

    /// Tells of the best hits what the rescorers' queries score.
    private func rescore(
        _ hits: inout [Hit], _ planner: inout QueryPlanner, _ planners: [SegmentPlanner]
    ) throws {
        let count = min(query.rescoredCount, hits.count)
        guard count > 0 else { return }
        let second = SecondPass(hits[..<count].map(\.address), planners, stop)
        for rescore in query.rescores {
            let weight = try planner.plan(rescore.query, isScoring: true)
            let scores = try second.scores(weight)
            for place in 0..<count { hits[place].secondScores.append(scores[place]) }
        }
    }

    private func topHits(_ collector: HitCollector) -> TopHits {
        let wantsScores = Self.wantsScores(query)
        var result = TopHits(total: collector.totalHits)
        if let heap = collector.heap {
            result.hits = heap.ranked().map { ranked in
                let place = segments[ranked.segment]
                return Hit(
                    score: wantsScores ? ranked.score : nil,
                    sortValues: query.sort.isEmpty ? [] : [.score(ranked.score)],
                    tieKey: ranked.tieKey,
                    address: place.address(ranked.document))
            }
            if wantsScores { result.maximumScore = result.hits.first?.score }
        } else if let sorter = collector.sorter {
            result.hits = sorter.hits
            if wantsScores { result.maximumScore = collector.maximumScore }
        }
        for (named, counter) in zip(query.aggregations, collector.facets) {
            result.facets[named.name] = counter.partial
        }
        return result
    }
}
