// The segment under construction: documents enter it as soon as they are committed, and a refresh
// or flush turns it into a segment in memory, read by the same code as one on disk.

import Analysis
import Segments
import Storage

/// Not safe to share by itself: only whoever has the shard's turn touches it, one job at a time.
final class MemorySegment: @unchecked Sendable {
    private var builder: SegmentBuilder
    private(set) var schema: Schema
    /// `ShardProgress.schemaGeneration` of the schema.
    private(set) var generation: Int

    init(schema: Schema, generation: Int) {
        self.schema = schema
        self.generation = generation
        builder = SegmentBuilder(schema: schema)
    }

    /// `schema` with the fields that documents brought beyond it.
    var builtSchema: Schema { builder.schema }
    var documentCount: Int { builder.documentCount }
    var estimatedBytes: Int { builder.documentCount == 0 ? 0 : builder.estimatedBytes }

    /// Whether documents parsed with `new` fit the builder: fields it knows keep their places.
    func accepts(_ new: Schema) -> Bool {
        // Versions say nothing: a mapping restored from a backup grows anew, with other fields.
        // And the builder may know more fields than its mapping: a document brings its own.
        new.fields.starts(with: builder.schema.fields)
    }

    /// Only when empty or when `accepts`.
    func adopt(_ new: Schema, generation: Int) {
        schema = new
        self.generation = generation
        if builder.documentCount == 0 {
            builder = SegmentBuilder(schema: new)
        } else {
            builder.schema = new
        }
    }

    func add(_ changes: [PlannedChange]) -> [UInt32?] {
        changes.map { change in
            guard let document = change.document, let source = change.source else { return nil }
            return builder.add(
                document, id: String(decoding: change.key.id, as: UTF8.self), source: source,
                sequenceNumber: change.sequenceNumber, version: change.version)
        }
    }

    /// Goes on as the other, which nobody uses any more.
    func become(_ other: MemorySegment) {
        builder = other.builder
        schema = other.schema
        generation = other.generation
    }

    /// Forgets what was built.
    func discard() {
        builder = SegmentBuilder(schema: schema)
    }

    /// The image of what was built; nil when there was nothing. Starts anew.
    func finish() throws -> [UInt8]? {
        guard builder.documentCount > 0 else { return nil }
        let finished = builder
        builder = SegmentBuilder(schema: schema)
        return try finished.finish()
    }
}
