// Who a document is, and which document an id is: interpolation search, since tie keys are
// spread evenly.

/// See `IdentityWriter` for the bytes.
final class IdentityReader: Sendable {
    private let documentCount: Int
    private let ids: SectionBytes
    private let tieKeys: SectionBytes
    private let order: SectionBytes
    private let sequenceNumbers: Column
    private let versions: Column
    /// Interpolations before bisection takes over.
    private static let maximumInterpolations = 8

    init(_ image: ImageReader, documentCount: Int) throws {
        self.documentCount = documentCount
        ids = try image.section(SectionName(.ids))
        tieKeys = try image.section(SectionName(.tieKeys))
        order = try image.section(SectionName(.idOrder))
        sequenceNumbers = try Column(
            path: "", try image.section(SectionName(.sequenceNumbers)),
            documentCount: documentCount)
        versions = try Column(
            path: "", try image.section(SectionName(.versions)), documentCount: documentCount)
        guard sequenceNumbers.isDense, versions.isDense else {
            throw ids.corrupt("documents lack sequence numbers or versions")
        }
        guard tieKeys.count == documentCount * 8 else {
            throw tieKeys.corrupt("there is not one for each document")
        }
        guard order.count == documentCount * 4 else {
            throw order.corrupt("there is not one for each document")
        }
        try verifyIDs()
        try verifyOrder()
    }

    private func verifyIDs() throws {
        guard ids.count >= documentCount * 4 else { throw ids.corrupt("the ends are cut off") }
        var last = 0
        for document in 0..<documentCount {
            let end = Int(ids.load(document * 4, as: UInt32.self))
            guard end >= last else { throw ids.corrupt("the ends do not ascend") }
            last = end
        }
        guard documentCount * 4 + last == ids.count else {
            throw ids.corrupt("the ids do not fill the section")
        }
    }

    private func verifyOrder() throws {
        var last: UInt64 = 0
        for rank in 0..<documentCount {
            let document = order.load(rank * 4, as: UInt32.self)
            guard Int(document) < documentCount, tieKey(document) >= last else {
                throw order.corrupt("the documents are not sorted")
            }
            last = tieKey(document)
        }
    }

    func idBytes(_ document: UInt32) -> UnsafeRawBufferPointer {
        precondition(Int(document) < documentCount, "there is no such document")
        let index = Int(document)
        let start = index == 0 ? 0 : Int(ids.load((index - 1) * 4, as: UInt32.self))
        let end = Int(ids.load(index * 4, as: UInt32.self))
        let base = documentCount * 4
        return UnsafeRawBufferPointer(rebasing: ids.raw[(base + start)..<(base + end)])
    }

    @inline(__always)
    func tieKey(_ document: UInt32) -> UInt64 {
        precondition(Int(document) < documentCount, "there is no such document")
        return tieKeys.load(Int(document) * 8, as: UInt64.self)
    }

    func tieKeys(
        of documents: UnsafeBufferPointer<UInt32>, into keys: UnsafeMutablePointer<UInt64>
    ) {
        for index in 0..<documents.count { keys[index] = tieKey(documents[index]) }
    }

    func sequenceNumber(_ document: UInt32) -> Int64 { sequenceNumbers.denseValue(document) }
    func version(_ document: UInt32) -> Int64 { versions.denseValue(document) }

    @inline(__always)
    private func document(atRank rank: Int) -> UInt32 { order.load(rank * 4, as: UInt32.self) }

    /// The newest document with this id.
    func find(id: UnsafeRawBufferPointer, tieKey wanted: UInt64) -> UInt32? {
        var rank = lowerBound(wanted)
        var found: UInt32?
        while rank < documentCount {
            let document = document(atRank: rank)
            guard tieKey(document) == wanted else { break }
            if idBytes(document).elementsEqual(id) { found = document }
            rank += 1
        }
        return found
    }

    /// The first rank whose tie key is not below `wanted`.
    private func lowerBound(_ wanted: UInt64) -> Int {
        var low = 0
        var high = documentCount
        var lowKey: UInt64 = 0
        var highKey = UInt64.max
        var steps = 0
        while low < high {
            var middle = low + (high - low) / 2
            if steps < Self.maximumInterpolations, wanted >= lowKey, wanted < highKey {
                let share = Double(wanted - lowKey) / Double(highKey - lowKey)
                middle = min(low + Int(share * Double(high - low)), high - 1)
                steps += 1
            }
            let key = tieKey(document(atRank: middle))
            if key < wanted {
                (low, lowKey) = (middle + 1, key)
            } else {
                (high, highKey) = (middle, key)
            }
        }
        return low
    }
}
