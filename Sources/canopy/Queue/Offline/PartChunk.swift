// What becomes of one chunk of a source: a part file for each shard, and the fields its documents
// bring along. Pure: the same records make the same bytes, whoever reads them.

import Analysis

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
