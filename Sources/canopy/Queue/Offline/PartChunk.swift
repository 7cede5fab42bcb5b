// What becomes of one chunk of a source: a part file for each shard, and the fields its documents
// bring along. Pure: the same records make the same bytes, whoever reads them.

import Analysis

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

struct PartChunk: Sendable {
    /// By shard.
    let files: [[UInt8]]
    /// The mapping as these documents alone would make it; nil when they bring no fields.
    let grown: Schema?

    /// - Parameter schema: The mapping that the index begins with.
    init(_ batch: BulkBatch, shardCount: Int, schema: Schema) throws {
        var documents = Array(repeating: [PartDocument](), count: shardCount)
        var growth = MappingGrowth(schema)
        for (ordinal, item) in batch.items.enumerated() {
            let source = Array(batch.document(ordinal))
            growth.take(source)
            let shard = DocumentRouting.shard(item.id, shardCount: shardCount)
            documents[shard].append(
                PartDocument(ordinal: ordinal, place: item.place, id: item.id, source: source))
        }
        files = try documents.map { try PartFile.encoded($0) }
        grown = growth.schema == schema ? nil : growth.schema
    }
}
