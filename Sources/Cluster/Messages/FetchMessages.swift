// Fetch requests and answers as messages.

import Queries
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireFetchRequest {
    init(_ request: LeafFetchRequest) throws(RemoteError) {
        self.init()
        pin = request.pin
        for address in request.addresses { addresses.append(try WireAddress(address)) }
        what = try WireFetchSpecification(request.what)
        release = request.release
    }

    func request() throws(RemoteError) -> LeafFetchRequest {
        guard addresses.count <= SearchRequest.maximumWindow else {
            throw .malformed(
                "\(addresses.count) documents are asked for where "
                    + "\(SearchRequest.maximumWindow) are allowed")
        }
        var all: [HitAddress] = []
        for address in addresses { all.append(try address.address()) }
        return LeafFetchRequest(
            pin: pin, addresses: all, what: try what.specification(), release: release)
    }
}

extension WireFetchSpecification {
    init(_ what: FetchSpecification) throws(RemoteError) {
        self.init()
        switch what.source {
        case .all: source.all = true
        case .none: source.none = true
        case .paths(let includes, let excludes):
            source.paths.includes = includes
            source.paths.excludes = excludes
        }
        if let highlight = what.highlight {
            self.highlight = try WireHighlightRequest(highlight)
        }
        query = try WireQuery(what.query)
        version = what.version
        sequenceNumber = what.sequenceNumber
        if let statistics = what.explainedWith {
            explainedWith = try WireStatistics(statistics)
        }
        if let reranking = what.reranking { self.reranking = try WireReranking(reranking) }
    }

    func specification() throws(RemoteError) -> FetchSpecification {
        let filter: SourceFilter
        switch source.kind {
        case .all: filter = .all
        case .none?: filter = .none
        case .paths(let paths):
            filter = .paths(includes: paths.includes, excludes: paths.excludes)
        case nil: throw .malformed("it is not said how much of the source is wanted")
        }
        return FetchSpecification(
            source: filter, highlight: hasHighlight ? try highlight.request() : nil,
            query: try query.query(), version: version, sequenceNumber: sequenceNumber,
            explainedWith: hasExplainedWith ? try explainedWith.statistics() : nil,
            reranking: hasReranking ? try reranking.reranking() : nil)
    }
}

extension WireHighlightRequest {
    fileprivate init(_ request: HighlightRequest) throws(RemoteError) {
        self.init()
        for field in request.fields { fields.append(try WireHighlightField(field)) }
        escapesHtml = request.escapesHTML
    }

    fileprivate func request() throws(RemoteError) -> HighlightRequest {
        var all: [HighlightField] = []
        for field in fields { all.append(try field.field()) }
        return HighlightRequest(fields: all, escapesHTML: escapesHtml)
    }
}

extension WireHighlightField {
    fileprivate init(_ field: HighlightField) throws(RemoteError) {
        self.init()
        name = field.name
        fragmentSize = try MessageCoding.unsigned(field.fragmentSize, "a fragment's size")
        fragmentCount = try MessageCoding.unsigned(field.fragmentCount, "a number of fragments")
        preTags = field.preTags
        postTags = field.postTags
        noMatchSize = try MessageCoding.unsigned(field.noMatchSize, "no_match_size")
        requireFieldMatch = field.requireFieldMatch
        orderByScore = field.orderByScore
        boundary = field.boundary.rawValue
        locale = field.locale
        boundaryScan = try MessageCoding.unsigned(field.boundaryScan, "boundary_max_scan")
        matchedFields = field.matchedFields
        if let query = field.query { self.query = try WireQuery(query) }
    }

    fileprivate func field() throws(RemoteError) -> HighlightField {
        let size = HighlightField.maximumFragmentSize
        var field = HighlightField(
            name: name,
            fragmentSize: try MessageCoding.limited(fragmentSize, size, "a fragment's size"),
            fragmentCount: try MessageCoding.limited(
                fragmentCount, HighlightField.maximumFragmentCount, "a number of fragments"),
            preTags: preTags, postTags: postTags,
            noMatchSize: try MessageCoding.limited(noMatchSize, size, "no_match_size"))
        field.requireFieldMatch = requireFieldMatch
        field.orderByScore = orderByScore
        field.boundary = try MessageCoding.choice(
            boundary, HighlightField.Boundary.self, "where fragments end")
        field.locale = locale
        field.boundaryScan = try MessageCoding.limited(boundaryScan, size, "boundary_max_scan")
        field.matchedFields = matchedFields
        field.query = hasQuery ? try query.query() : nil
        return field
    }
}

extension WireFetchResponse {
    init(_ response: LeafFetchResponse) {
        self.init()
        tookNanoseconds = response.took.wholeNanoseconds
        documents = response.documents.map { WireFetchedDocument($0) }
    }

    func response() throws(RemoteError) -> LeafFetchResponse {
        var read: [FetchedDocument] = []
        for document in documents { read.append(try document.document()) }
        return LeafFetchResponse(
            documents: read, took: .clamped(nanoseconds: tookNanoseconds))
    }
}

extension WireFetchedDocument {
    init(_ document: FetchedDocument) {
        self.init()
        id = Data(document.id)
        if let source = document.source { self.source = Data(source) }
        highlights = document.highlights.map { highlight in
            WireHighlightedField.with {
                $0.field = highlight.field
                $0.fragments = highlight.fragments
            }
        }
        version = document.version
        sequenceNumber = document.sequenceNumber
        primaryTerm = document.primaryTerm
        if let explanation = document.explanation {
            self.explanation = WireExplanation(explanation)
        }
        if let evidence = document.evidence { self.evidence = WireEvidence(evidence) }
    }

    func document() throws(RemoteError) -> FetchedDocument {
        FetchedDocument(
            id: Array(id), source: hasSource ? Array(source) : nil,
            highlights: highlights.map {
                HighlightedField(field: $0.field, fragments: $0.fragments)
            }, version: version, sequenceNumber: sequenceNumber, primaryTerm: primaryTerm,
            explanation: hasExplanation ? try explanation.explanation() : nil,
            evidence: hasEvidence ? try evidence.evidence() : nil)
    }
}

extension WireExplanation {
    fileprivate init(_ explanation: Explanation) {
        self.init()
        value = explanation.value
        description_p = explanation.description
        details = explanation.details.map { WireExplanation($0) }
    }

    fileprivate func explanation() throws(RemoteError) -> Explanation {
        var parts: [Explanation] = []
        for detail in details { parts.append(try detail.explanation()) }
        return Explanation(
            try MessageCoding.number(value, "a value in an explanation"), description_p, parts)
    }
}
