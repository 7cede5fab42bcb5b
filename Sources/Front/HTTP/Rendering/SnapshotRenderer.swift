// A snapshot as the API shows it.

import Analysis
import Cluster
import Queries

enum SnapshotRenderer {
    static func write(_ snapshot: SnapshotDescription, _ writer: inout JSONWriter) {
        writer.member("snapshot", snapshot.name)
        writer.member("uuid", snapshot.id)
        writer.member("state", "SUCCESS")
        writer.member("start_time_in_millis", snapshot.created)
        writer.member("indices", array: snapshot.indices) { $0.string($1.metadata.name) }
        writer.member("documents", snapshot.documents)
        writer.member("bytes", snapshot.bytes)
        var shards = ShardsSummary()
        shards.total = snapshot.shardCount
        shards.successful = snapshot.shardCount
        write(shards, &writer)
        writer.member(
            "details",
            object: { writer in
                for index in snapshot.indices {
                    writer.member(index.metadata.name, object: { write(index, &$0) })
                }
            })
    }

    private static func write(
        _ index: SnapshotDescription.Index, _ writer: inout JSONWriter
    ) {
        writer.member("uuid", index.metadata.uuid)
        writer.member("documents", index.documents)
        writer.member("bytes", index.bytes)
        writer.member("slots", array: index.shards) { $0.integer($1.slot) }
    }

    /// `"shards":{…}`, and why some failed.
    static func write(_ shards: ShardsSummary, _ writer: inout JSONWriter) {
        writer.member(
            "shards",
            object: { writer in
                writer.member("total", shards.total)
                writer.member("failed", shards.failed)
                writer.member("successful", shards.successful)
            })
        guard !shards.failures.isEmpty else { return }
        writer.member("failures", array: shards.failures) { writer, failure in
            writer.beginObject()
            writer.member("index", failure.index)
            writer.member("shard", failure.shard)
            writer.member("reason", failure.reason)
            writer.endObject()
        }
    }
}
