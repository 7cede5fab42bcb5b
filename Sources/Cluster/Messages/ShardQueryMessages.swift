// What is to be collected, as messages: order, totals, aggregations.

import Analysis
import Queries

extension WireShardQuery {
    init(_ query: ShardQuery) throws(RemoteError) {
        self.init()
        self.query = try WireQuery(query.query)
        if let filter = query.postFilter { postFilter = try WireQuery(filter) }
        count = try MessageCoding.unsigned(query.count, "count")
        sort = query.sort.map { WireSortClause($0) }
        switch query.trackTotalHits {
        case .upTo(let limit): tracking.upTo = UInt64(max(0, limit))
        case .exactly: tracking.exactly = true
        case .none: tracking.none = true
        }
        trackScores = query.trackScores
        for aggregation in query.aggregations {
            aggregations.append(try WireAggregation(aggregation))
        }
        if let score = query.minimumScore { minimumScore = score }
        for rescore in query.rescores { rescores.append(try WireRescore(rescore)) }
        if !query.suggested.isEmpty { suggested = try WireSuggestionNeeds(query.suggested) }
    }

    func shardQuery() throws(RemoteError) -> ShardQuery {
        var clauses: [SortClause] = []
        for clause in sort { clauses.append(try clause.clause()) }
        var named: [NamedAggregation] = []
        for aggregation in aggregations { named.append(try aggregation.aggregation()) }
        guard rescores.count <= QueryLimits.maximumRescores else {
            throw .malformed(
                "\(rescores.count) rescorers are named where \(QueryLimits.maximumRescores) are "
                    + "allowed")
        }
        var seconds: [Rescore] = []
        for rescore in rescores { seconds.append(try rescore.rescore()) }
        var result = ShardQuery(
            query: try query.query(), postFilter: hasPostFilter ? try postFilter.query() : nil,
            count: try MessageCoding.limited(count, SearchRequest.maximumWindow, "count"),
            sort: clauses, trackTotalHits: try tracking.tracking(), trackScores: trackScores,
            aggregations: named, minimumScore: hasMinimumScore ? minimumScore : nil,
            rescores: seconds)
        if hasSuggested { result.suggested = try suggested.needs() }
        return result
    }
}

extension WireTracking {
    fileprivate func tracking() throws(RemoteError) -> TotalHitsTracking {
        switch kind {
        case .upTo(let limit): return .upTo(Int(clamping: limit))
        case .exactly: return .exactly
        case .none?: return .none
        case nil: throw .malformed("it is not said how far hits are to be counted")
        }
    }
}

extension WireSortClause {
    fileprivate init(_ clause: SortClause) {
        self.init()
        switch clause.field {
        case .score: score = true
        case .document: document = true
        case .field(let path): field = path
        }
        descending = clause.descending
        missingFirst = clause.missingFirst
        unmappedType = clause.unmappedType?.rawValue ?? ""
    }

    fileprivate func clause() throws(RemoteError) -> SortClause {
        let sortField: SortField
        switch by {
        case .score: sortField = .score
        case .document: sortField = .document
        case .field(let path): sortField = .field(path)
        case nil: throw .malformed("a sort clause names nothing to sort by")
        }
        let type = FieldType(rawValue: unmappedType)
        guard type != nil || unmappedType.isEmpty else {
            throw .malformed("field type '\(unmappedType)' is unknown here")
        }
        return SortClause(
            field: sortField, descending: descending, missingFirst: missingFirst,
            unmappedType: type)
    }
}

extension WireAggregation {
    fileprivate init(_ aggregation: NamedAggregation) throws(RemoteError) {
        self.init()
        name = aggregation.name
        switch aggregation.aggregation {
        case .terms(let terms):
            self.terms.field = terms.field
            self.terms.size = try MessageCoding.unsigned(terms.size, "size")
            self.terms.order = terms.order.rawValue
            self.terms.minimumDocumentCount = terms.minimumDocumentCount
            if let missing = terms.missing { self.terms.missing = WireValue(missing) }
        case .range(let range):
            self.range.field = range.field
            self.range.ranges = range.ranges.map { WireFacetRange($0) }
            self.range.keyed = range.keyed
            self.range.isDate = range.isDate
            if let format = range.format { self.range.format = format }
        }
    }

    fileprivate func aggregation() throws(RemoteError) -> NamedAggregation {
        switch kind {
        case .terms(let terms):
            guard let order = TermsAggregation.Order(rawValue: terms.order) else {
                throw .malformed("order '\(terms.order)' of a facet is unknown here")
            }
            let size = try MessageCoding.limited(
                terms.size, TermsAggregation.maximumSize, "the size of a facet")
            return NamedAggregation(
                name: name,
                aggregation: .terms(
                    TermsAggregation(
                        field: terms.field, size: size, order: order,
                        minimumDocumentCount: terms.minimumDocumentCount,
                        missing: terms.hasMissing ? try terms.missing.facetKey() : nil)))
        case .range(let range):
            guard range.ranges.count <= RangeAggregation.maximumRanges else {
                throw .malformed("a facet has more than \(RangeAggregation.maximumRanges) ranges")
            }
            return NamedAggregation(
                name: name,
                aggregation: .range(
                    RangeAggregation(
                        field: range.field, ranges: range.ranges.map { $0.facetRange },
                        keyed: range.keyed, isDate: range.isDate,
                        format: range.hasFormat ? range.format : nil)))
        case nil:
            throw .malformed("aggregation '\(name)' is of a kind that is unknown here")
        }
    }
}

extension WireFacetRange {
    fileprivate init(_ range: FacetRange) {
        self.init()
        if let key = range.key { self.key = key }
        if let from = range.from { self.from = from }
        if let to = range.to { self.to = to }
        if let text = range.fromText { fromText = text }
        if let text = range.toText { toText = text }
    }

    fileprivate var facetRange: FacetRange {
        FacetRange(
            key: hasKey ? key : nil, from: hasFrom ? from : nil, to: hasTo ? to : nil,
            fromText: hasFromText ? fromText : nil, toText: hasToText ? toText : nil)
    }
}
