// The request's canonical bytes: the identity of its answer, for caches.

import Analysis

extension SearchRequest {
    /// Requests that must get the same answer from the same generation give equal bytes, however
    /// they were spelled; different ones never do. `profile`, `timeout`, `allowPartialResults`,
    /// `requestCache` and `session` are left out: they change how, or of which generation, not
    /// what, a complete answer is.
    public func canonicalBytes() -> [UInt8] {
        var writer = CanonicalWriter()
        writer.tag(1)  // version of this encoding
        writer.list(indices) { $0.string($1) }
        writer.flag(ignoreUnavailable)
        writer.flag(allowNoIndices)
        query.write(to: &writer)
        writer.optional(postFilter) { $1.write(to: &$0) }
        writer.integer(from)
        writer.integer(size)
        writer.list(sort) { $1.write(to: &$0) }
        source.write(to: &writer)
        trackTotalHits.write(to: &writer)
        writer.flag(trackScores)
        writer.list(aggregations) {
            $0.string($1.name)
            $1.aggregation.write(to: &$0)
        }
        writer.optional(highlight) { $1.write(to: &$0) }
        writer.optional(minimumScore) { $0.float($1) }
        writer.flag(version)
        writer.flag(sequenceNumber)
        writer.list(rescores) { $1.write(to: &$0) }
        if explain { writer.flag(explain) }
        if !rerank { writer.flag(rerank) }
        if !suggestions.isEmpty {
            writer.tag(2)
            writer.list(suggestions) { $1.write(to: &$0) }
        }
        return writer.bytes
    }
}

extension Rescore {
    fileprivate func write(to writer: inout CanonicalWriter) {
        query.write(to: &writer)
        writer.integer(windowSize)
        writer.float(queryWeight)
        writer.float(rescoreQueryWeight)
        writer.string(scoreMode.rawValue)
    }
}

extension SortClause {
    fileprivate func write(to writer: inout CanonicalWriter) {
        switch field {
        case .score: writer.tag(0)
        case .document: writer.tag(1)
        case .field(let path):
            writer.tag(2)
            writer.string(path)
        }
        writer.flag(descending)
        writer.flag(missingFirst)
        writer.optional(unmappedType) { $0.string($1.rawValue) }
    }
}

extension SourceFilter {
    fileprivate func write(to writer: inout CanonicalWriter) {
        switch self {
        case .all: writer.tag(0)
        case .none: writer.tag(1)
        case .paths(let includes, let excludes):
            writer.tag(2)
            writer.list(includes) { $0.string($1) }
            writer.list(excludes) { $0.string($1) }
        }
    }
}

extension TotalHitsTracking {
    fileprivate func write(to writer: inout CanonicalWriter) {
        switch self {
        case .upTo(let limit):
            writer.tag(0)
            writer.integer(limit)
        case .exactly: writer.tag(1)
        case .none: writer.tag(2)
        }
    }
}

extension Aggregation {
    fileprivate func write(to writer: inout CanonicalWriter) {
        switch self {
        case .terms(let terms):
            writer.tag(0)
            writer.string(terms.field)
            writer.integer(terms.size)
            writer.string(terms.order.rawValue)
            writer.integer(terms.minimumDocumentCount)
            writer.optional(terms.missing) { $1.write(to: &$0) }
        case .range(let range):
            writer.tag(1)
            writer.string(range.field)
            writer.flag(range.keyed)
            writer.flag(range.isDate)
            writer.optional(range.format) { $0.string($1) }
            writer.list(range.ranges) {
                $0.optional($1.key) { $0.string($1) }
                $0.optional($1.from) { $0.real($1) }
                $0.optional($1.to) { $0.real($1) }
                $0.optional($1.fromText) { $0.string($1) }
                $0.optional($1.toText) { $0.string($1) }
            }
        }
    }
}

extension FacetKey {
    fileprivate func write(to writer: inout CanonicalWriter) {
        switch self {
        case .integer(let value):
            writer.tag(0)
            writer.integer(value)
        case .real(let value):
            writer.tag(1)
            writer.real(value)
        case .bytes(let value):
            writer.tag(2)
            writer.blob(value)
        }
    }
}

extension HighlightRequest {
    fileprivate func write(to writer: inout CanonicalWriter) {
        writer.flag(escapesHTML)
        writer.list(fields) { $1.write(to: &$0) }
    }
}

extension HighlightField {
    fileprivate func write(to writer: inout CanonicalWriter) {
        writer.string(name)
        writer.integer(fragmentSize)
        writer.integer(fragmentCount)
        writer.integer(noMatchSize)
        writer.list(preTags) { $0.string($1) }
        writer.list(postTags) { $0.string($1) }
        writer.flag(requireFieldMatch)
        writer.flag(orderByScore)
        writer.string(boundary.rawValue)
        writer.string(locale)
        writer.integer(boundaryScan)
        writer.list(matchedFields) { $0.string($1) }
        writer.optional(query) { $1.write(to: &$0) }
    }
}
