// Reads what the winners hold.

import Analysis
import Queries
import Segments

extension Searcher {
    /// Id, source, highlights, version and sequence number of hits, in the order of `addresses`.
    /// Evidence is read of the first `Reranking.window`.
    /// - Parameter byteLimit: once the sources have so many bytes, no more documents are read.
    /// - Parameter shouldStop: asked before every document; true ends with
    ///   `ExecutionError.stopped`.
    /// - Throws: `ExecutionError`, `SegmentError` when a segment is damaged, `JSONError` when a
    ///   source has to be filtered or highlighted and is not JSON.
    public func fetch(
        _ addresses: [HitAddress], _ what: FetchSpecification, byteLimit: Int = .max,
        shouldStop: @escaping () -> Bool
    ) throws -> [FetchedDocument] {
        var places: [SegmentAddress: Int] = [:]
        for (place, segment) in segments.enumerated() {
            places[SegmentAddress(shard: segment.shard, segment: segment.ordinal)] = place
        }
        let explainer = try what.explainedWith.map {
            try Explainer(what.query, $0, segments, schema, StopSignal(shouldStop))
        }
        let highlighter = what.highlight.map {
            Highlighter($0, query: what.query, schema: schema)
        }
        let evidenceReader = what.reranking.flatMap { reranking in
            reranking.statistics.map { EvidenceReader(reranking, $0, schema) }
        }
        var documents: [FetchedDocument] = []
        var byteCount = 0
        for address in addresses where byteCount < byteLimit {
            if shouldStop() { throw ExecutionError.stopped }
            let place = places[SegmentAddress(shard: address.shard, segment: address.segment)]
            guard let place, Int(address.document) < segments[place].documentCount else {
                throw ExecutionError.unknownAddress(
                    shard: address.shard, segment: address.segment, document: address.document)
            }
            var document = try document(
                address.document, of: segments[place].view.segment, what, highlighter,
                documents.count < Reranking.window ? evidenceReader : nil)
            document.explanation = try explainer?.explain(address.document, inSegment: place)
            byteCount += document.source?.count ?? 0
            documents.append(document)
        }
        return documents
    }

    private func document(
        _ document: UInt32, of segment: SegmentReader, _ what: FetchSpecification,
        _ highlighter: Highlighter?, _ evidenceReader: EvidenceReader?
    ) throws -> FetchedDocument {
        var result = FetchedDocument(
            id: segment.id(document), source: nil, version: segment.version(document),
            sequenceNumber: segment.sequenceNumber(document))
        if what.source == .none, highlighter == nil, evidenceReader == nil { return result }
        let source = try segment.source(document)
        result.source = try what.source.apply(source)
        if let highlighter { result.highlights = try highlighter.highlight(source) }
        if let evidenceReader {
            result.evidence = evidenceReader.evidence(try JSONParser.parse(source))
        }
        return result
    }
}

private struct SegmentAddress: Hashable {
    let shard: Int
    let segment: Int
}
