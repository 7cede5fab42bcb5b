// Makes one segment of several, without their dead documents.

import Analysis
import Storage

public enum SegmentMerger {
    /// The image of a segment with the living documents of `inputs`, in order: the same as if
    /// they had been built together. Of a field that has contradicting types in them, that of the
    /// last stands. Throws `SegmentError` for damage, and `CancellationError` soon after
    /// `isCancelled` returns true.
    public static func merge(
        _ inputs: [(SegmentReader, LiveDocuments?)], isCancelled: () -> Bool
    ) throws -> [UInt8] {
        try merge(inputs, reordering: nil, isCancelled: isCancelled).image
    }

    /// As `merge`, with similar documents beside each other. The order is nil where it stayed as
    /// it was: without limits, for fewer documents than they say, or for documents that no term
    /// connects. It depends on nothing but the inputs and the limits.
    public static func merge(
        _ inputs: [(SegmentReader, LiveDocuments?)], reordering limits: ReorderLimits?,
        isCancelled: () -> Bool
    ) throws -> (image: [UInt8], order: DocumentOrder?) {
        var sources: [MergeSource] = []
        var documentCount = 0
        for (reader, live) in inputs {
            let source = try MergeSource(reader, live, first: documentCount)
            documentCount += source.liveCount
            sources.append(source)
        }
        guard documentCount <= Summary.maximumDocuments else {
            throw SegmentError(
                segment: "new", section: "merge", reason: "\(documentCount) documents are too many",
                remedy: "merge fewer segments")
        }
        var order: DocumentOrder?
        if let limits, documentCount >= limits.minimumDocuments {
            order = try DocumentOrder(sources, documentCount: documentCount, limits, isCancelled)
        }
        if let order {
            for index in sources.indices { sources[index].renumber(order) }
        }
        return (try image(sources, documentCount: documentCount, order, isCancelled), order)
    }

    private static func image(
        _ sources: [MergeSource], documentCount: Int, _ order: DocumentOrder?,
        _ isCancelled: () -> Bool
    ) throws -> [UInt8] {
        let size = sources.reduce(0) { $0 + $1.reader.byteCount }
        var image = ImageWriter(capacity: size)
        var summary = Summary(documentCount: documentCount, maximumSequenceNumber: -1, fields: [])
        let paths = Set(sources.flatMap { $0.reader.summary.fields.map(\.path) }).sorted()
        for path in paths {
            var merger = FieldMerger(
                path, sources, documentCount: documentCount, isReordered: order != nil)
            if let field = try merger.merge(into: &image, isCancelled) {
                summary.fields.append(field)
            }
        }
        let identities = mergeIdentities(sources, documentCount: documentCount, order)
        summary.maximumSequenceNumber = identities.maximumSequenceNumber
        try identities.write(to: &image)
        let sections = try withoutActuallyEscaping(isCancelled) { isCancelled in
            let stored = StoredMerger(sources: sources, isCancelled: isCancelled)
            return order == nil
                ? try stored.merge() : try stored.reorder(documentCount: documentCount)
        }
        image.add(.stored, sections.stored)
        image.add(.storedIndex, sections.index)
        image.add(.summary, summary.encoded())
        return image.finish()
    }

    private static func mergeIdentities(
        _ sources: [MergeSource], documentCount: Int, _ order: DocumentOrder?
    ) -> IdentityWriter {
        var writer = IdentityWriter()
        func add(_ source: MergeSource, _ document: UInt32) {
            let reader = source.reader
            writer.add(
                reader.identities.idBytes(document), tieKey: reader.tieKey(document),
                sequenceNumber: reader.sequenceNumber(document),
                version: reader.version(document))
        }
        guard order != nil else {
            forEachDocument(sources) { add(sources[$0], $1) }
            return writer
        }
        var places = [(source: Int, document: UInt32)](
            repeating: (0, 0), count: documentCount)
        forEachDocument(sources) { source, document in
            places[Int(sources[source].numbers[Int(document)])] = (source, document)
        }
        for place in places { add(sources[place.source], place.document) }
        return writer
    }

    /// The living documents, as they come.
    private static func forEachDocument(
        _ sources: [MergeSource], _ body: (_ source: Int, _ document: UInt32) -> Void
    ) {
        for index in sources.indices {
            for document in 0..<UInt32(sources[index].reader.documentCount)
            where sources[index].numbers[Int(document)] != MergeSource.dead {
                body(index, document)
            }
        }
    }
}
