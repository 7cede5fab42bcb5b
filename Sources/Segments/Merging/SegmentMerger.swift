// Makes one segment of several, without their dead documents.

import Analysis
import Storage

public enum SegmentMerger {
    /// Compressed blocks are copied as they are when they hold this many bytes on average;
    /// smaller ones are worth packing anew.
    static let minimumCopiedBlock = StoredWriter.blockSize / 2

    /// The image of a segment with the living documents of `inputs`, in order: the same as if
    /// they had been built together. Throws `SegmentError` for damage or inputs whose mappings
    /// contradict, and `CancellationError` soon after `isCancelled` returns true.
    public static func merge(
        _ inputs: [(SegmentReader, LiveDocuments?)], isCancelled: () -> Bool
    ) throws -> [UInt8] {
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
        let size = inputs.reduce(0) { $0 + $1.0.byteCount }
        var image = ImageWriter(capacity: size)
        var summary = Summary(documentCount: documentCount, maximumSequenceNumber: -1, fields: [])
        let paths = Set(inputs.flatMap { $0.0.summary.fields.map(\.path) }).sorted()
        for path in paths {
            var merger = try FieldMerger(path, sources, documentCount: documentCount)
            if let field = try merger.merge(into: &image, isCancelled) {
                summary.fields.append(field)
            }
        }
        let identities = mergeIdentities(sources)
        summary.maximumSequenceNumber = identities.maximumSequenceNumber
        try identities.write(to: &image)
        let sections = try mergeStored(sources, isCancelled)
        image.add(.stored, sections.stored)
        image.add(.storedIndex, sections.index)
        image.add(.summary, summary.encoded())
        return image.finish()
    }

    private static func mergeIdentities(_ sources: [MergeSource]) -> IdentityWriter {
        var writer = IdentityWriter()
        for source in sources {
            let reader = source.reader
            for document in 0..<UInt32(reader.documentCount)
            where source.numbers[Int(document)] != MergeSource.dead {
                writer.add(
                    reader.identities.idBytes(document), tieKey: reader.tieKey(document),
                    sequenceNumber: reader.sequenceNumber(document),
                    version: reader.version(document))
            }
        }
        return writer
    }

    private static func mergeStored(
        _ sources: [MergeSource], _ isCancelled: () -> Bool
    ) throws -> (stored: [UInt8], index: [UInt8]) {
        var writer = StoredWriter()
        for source in sources {
            let stored = source.reader.stored
            if source.isWhole, stored.averageBlockLength >= minimumCopiedBlock {
                try writer.add(framesOf: stored)
                continue
            }
            for index in 0..<stored.blockCount {
                if isCancelled() { throw CancellationError() }
                let documents = stored.documents(ofBlock: index)
                guard source.numbers[documents].contains(where: { $0 != MergeSource.dead }) else {
                    continue
                }
                let block = try stored.load(index)
                for document in documents where source.numbers[document] != MergeSource.dead {
                    try block.source(document).withUnsafeBytes { try writer.add($0) }
                }
            }
        }
        return try writer.finish()
    }
}
