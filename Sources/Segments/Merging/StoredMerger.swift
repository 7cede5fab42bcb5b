// Merges stored documents: whole blocks as they are where nothing changes in them.

import Storage

struct StoredMerger {
    /// Compressed blocks are copied as they are when they hold this many bytes on average;
    /// smaller ones are worth packing anew.
    static let minimumCopiedBlock = StoredWriter.blockSize / 2

    let sources: [MergeSource]
    let isCancelled: () -> Bool
    /// Bytes of documents that are put in a new order at once.
    var bytesAtOnce = 64 << 20

    /// The finished sections, when the new numbers ascend with the old.
    func merge() throws -> (stored: [UInt8], index: [UInt8]) {
        var writer = StoredWriter()
        for source in sources {
            let stored = source.reader.stored
            if source.isWhole, stored.averageBlockLength >= Self.minimumCopiedBlock {
                try writer.add(framesOf: stored)
                continue
            }
            try forEachDocument(of: source, in: 0..<MergeSource.dead) { _, bytes in
                try bytes.withUnsafeBytes { try writer.add($0) }
            }
        }
        return try writer.finish()
    }

    /// The finished sections, whatever the order of the new numbers. Each pass over the inputs
    /// unpacks them all and takes the documents of the next `bytesAtOnce` bytes.
    func reorder(documentCount: Int) throws -> (stored: [UInt8], index: [UInt8]) {
        var lengths = [Int](repeating: 0, count: documentCount)
        for source in sources {
            try forEachDocument(of: source, in: 0..<MergeSource.dead) { number, bytes in
                lengths[Int(number)] = bytes.count
            }
        }
        var writer = StoredWriter()
        var next = 0
        while next < documentCount {
            var starts: [Int] = []
            var total = 0
            let first = next
            while next < documentCount, next == first || total + lengths[next] <= bytesAtOnce {
                starts.append(total)
                total += lengths[next]
                next += 1
            }
            var buffer = [UInt8](repeating: 0, count: total)
            let range = UInt32(first)..<UInt32(next)
            for source in sources {
                try forEachDocument(of: source, in: range) { number, bytes in
                    let start = starts[Int(number) - first]
                    buffer.replaceSubrange(start..<(start + bytes.count), with: bytes)
                }
            }
            try buffer.withUnsafeBytes { buffer in
                for (number, start) in zip(first..<next, starts) {
                    let end = start + lengths[number]
                    try writer.add(UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
                }
            }
        }
        return try writer.finish()
    }

    /// The living documents whose new numbers are in `range`, by their old numbers.
    private func forEachDocument(
        of source: MergeSource, in range: Range<UInt32>,
        _ body: (_ number: UInt32, _ bytes: ArraySlice<UInt8>) throws -> Void
    ) throws {
        let stored = source.reader.stored
        for index in 0..<stored.blockCount {
            if isCancelled() { throw CancellationError() }
            let documents = stored.documents(ofBlock: index)
            guard source.numbers[documents].contains(where: range.contains) else { continue }
            let block = try stored.load(index)
            for document in documents where range.contains(source.numbers[document]) {
                try body(source.numbers[document], block.source(document))
            }
        }
    }
}
