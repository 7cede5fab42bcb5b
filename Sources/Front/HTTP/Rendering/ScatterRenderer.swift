// How an answer came about, under the key `_scatter`, which clients of OpenSearch ignore.

import Analysis
import Queries

enum ScatterRenderer {
    /// Times are whole microseconds. For a cache hit, the leaves' times are those of the run that
    /// made the answer.
    static func write(_ response: SearchResponse, _ writer: inout JSONWriter) {
        let report = response.scatter
        writer.member(
            "_scatter",
            object: { writer in
                writer.member("cache", report.cacheVerdict.rawValue)
                writer.key("coverage")
                writer.number(report.coverage)
                writer.member("exact", report.exact)
                writer.member("trips", report.trips)
                writer.member("generation", array: response.generations) { writer, generation in
                    writer.beginObject()
                    writer.member("index_uuid", generation.indexUUID)
                    writer.member("schema", generation.schemaVersion)
                    writer.member("slots", array: generation.slots) { $0.integer($1) }
                    writer.endObject()
                }
                writer.member("merge_us", microseconds(report.merged))
                writer.member("leaves", array: report.leaves) { writer, leaf in
                    writer.beginObject()
                    writer.member("leaf", leaf.leaf)
                    writer.member("shards", array: leaf.shards) { $0.integer(Int64($1)) }
                    writer.member("hits", leaf.hits)
                    writer.member("queue_us", microseconds(leaf.queued))
                    writer.member("plan_us", microseconds(leaf.planned))
                    writer.member("score_us", microseconds(leaf.scored))
                    writer.member("fetch_us", microseconds(leaf.fetched))
                    writer.member("network_us", microseconds(leaf.network))
                    writer.endObject()
                }
            })
    }

    static func microseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000_000
            + duration.components.attoseconds / 1_000_000_000_000
    }
}
