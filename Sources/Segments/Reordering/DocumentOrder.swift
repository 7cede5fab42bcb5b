// New numbers for the documents of a merge.

/// A permutation of the documents that a merge keeps, numbered as they come: input after input,
/// without the dead.
public struct DocumentOrder: Sendable, Equatable {
    /// By number before: the new one.
    private let numbers: [UInt32]

    /// - Parameter documents: the numbers before, each once, in their new order.
    init(_ documents: [UInt32]) {
        var numbers = [UInt32](repeating: .max, count: documents.count)
        for (number, document) in documents.enumerated() {
            precondition(numbers[Int(document)] == .max, "a document has two numbers")
            numbers[Int(document)] = UInt32(number)
        }
        self.numbers = numbers
    }

    /// Nil when no term connects the documents of `sources`, numbered as they come.
    init?(
        _ sources: [MergeSource], documentCount: Int, _ limits: ReorderLimits,
        _ isCancelled: () -> Bool
    ) throws {
        let index = try ForwardIndex(sources, documentCount: documentCount, limits, isCancelled)
        let documents = try withoutActuallyEscaping(isCancelled) { isCancelled -> [UInt32]? in
            guard let graph = try index.graph(isCancelled) else { return nil }
            return try GraphBisection.order(consume graph, limits, isCancelled)
        }
        guard let documents else { return nil }
        self.init(documents)
    }

    /// The new number of the document that comes at `place` among the living.
    public func number(of place: UInt32) -> UInt32 { numbers[Int(place)] }
}
