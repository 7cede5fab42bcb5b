// Chunks of sources: what the parts of an offline build are made of, in the order of the sources.

/// Which chunk of which item.
struct ChunkNumber: Sendable, Hashable {
    var item: WorkQueue.Number
    /// From 0, in the order of the source.
    var chunk: Int
}

extension WorkQueue {
    /// All chunks of the sources, in their order; known once all parts are done.
    var chunks: [ChunkNumber] {
        items.filter { !$0.item.source.isShard }.flatMap { number, item in
            (0..<item.progress.batches).map { ChunkNumber(item: number, chunk: $0) }
        }
    }
}
