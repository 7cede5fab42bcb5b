// Documents and the terms that connect them.

/// The terms of some documents: a bipartite graph.
struct DocumentGraph {
    /// Ascending.
    var documents: [UInt32]
    /// Where the terms of each document end in `terms`.
    var ends: [UInt32]
    /// Numbers below `termCount`.
    var terms: [UInt32]
    var termCount: Int

    /// Bytes per posting: a graph lives beside its parts while they are made.
    static let bytesPerPosting = 2 * MemoryLayout<UInt32>.size
}
