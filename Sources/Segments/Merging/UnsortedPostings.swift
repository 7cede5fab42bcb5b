// The postings of one term, gathered in any order of their documents and written in the right one.

/// Each document comes once.
struct UnsortedPostings: PostingsSink {
    /// One in so many documents, and they are sorted by setting bits.
    private static let sparsity = 256

    private var documents: [UInt32] = []
    private var frequencies: [UInt32] = []
    /// Where the position differences of each posting begin.
    private var starts: [Int] = []
    private var differences: [UInt32] = []

    /// A bit per document; all are 0 between two terms.
    private var present: [UInt64]
    /// By document: the posting, where its bit is set.
    private var places: [UInt32]
    /// Document << 32 | posting.
    private var keys: [UInt64] = []

    init(documentCount: Int) {
        present = [UInt64](repeating: 0, count: (documentCount + 63) / 64)
        places = [UInt32](repeating: 0, count: documentCount)
    }

    @inline(__always)
    mutating func add(_ document: UInt32, _ frequency: UInt32) {
        documents.append(document)
        frequencies.append(frequency)
        starts.append(differences.count)
    }

    @inline(__always)
    mutating func add(positionDifference: UInt32) {
        differences.append(positionDifference)
    }

    /// Writes all, by ascending documents, and forgets them.
    mutating func drain(into writer: inout FieldSectionsWriter) {
        if documents.count >= places.count / Self.sparsity, documents.count > 1 {
            drainByBits(into: &writer)
        } else {
            keys.removeAll(keepingCapacity: true)
            for (posting, document) in documents.enumerated() {
                keys.append(UInt64(document) << 32 | UInt64(posting))
            }
            keys.sort()
            for key in keys { write(Int(key & 0xFFFF_FFFF), to: &writer) }
        }
        documents.removeAll(keepingCapacity: true)
        frequencies.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        differences.removeAll(keepingCapacity: true)
    }

    private mutating func drainByBits(into writer: inout FieldSectionsWriter) {
        for (posting, document) in documents.enumerated() {
            present[Int(document >> 6)] |= 1 << UInt64(document & 63)
            places[Int(document)] = UInt32(posting)
        }
        for index in present.indices {
            var word = present[index]
            present[index] = 0
            while word != 0 {
                write(Int(places[index * 64 + word.trailingZeroBitCount]), to: &writer)
                word &= word - 1
            }
        }
    }

    @inline(__always)
    private func write(_ posting: Int, to writer: inout FieldSectionsWriter) {
        writer.add(documents[posting], frequencies[posting])
        let end = posting + 1 < starts.count ? starts[posting + 1] : differences.count
        for place in starts[posting]..<end {
            writer.add(positionDifference: differences[place])
        }
    }
}
