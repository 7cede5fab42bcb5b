// A search's answer as JSON, straight to bytes: sources are spliced in as they were stored.

import Analysis
import Queries

/// How a client wants its answer written.
struct SearchRenderingOptions: Sendable, Hashable {
    /// Aggregations are named `type#name`.
    var typedKeys = false
    /// `hits.total` is a number.
    var totalAsInteger = false
}

enum SearchResponseRenderer {
    /// Room reserved per hit beside its source, in bytes.
    static let hitOverhead = 160

    /// How an answer begins: what differs each time it is sent.
    static func beginning(took: Duration) -> [UInt8] {
        Array("{\"took\":\(milliseconds(took)),".utf8)
    }

    /// The answer after its beginning, up to the closing brace.
    static func rest(_ response: SearchResponse, _ options: SearchRenderingOptions) -> [UInt8] {
        let room = response.hits.reduce(1024) { $0 + ($1.source?.count ?? 0) + hitOverhead }
        var writer = JSONWriter(capacity: room)
        writer.beginObject()
        writer.member("timed_out", response.timedOut)
        writeShards(response.shards, &writer)
        writer.member("hits", object: { writeHits(response, options, &$0) })
        if !response.facets.isEmpty {
            writer.member(
                "aggregations",
                object: { writer in
                    for facet in response.facets {
                        FacetRenderer.write(facet, typedKeys: options.typedKeys, &writer)
                    }
                })
        }
        SuggestRenderer.write(response.suggestions, typedKeys: options.typedKeys, &writer)
        ScatterRenderer.write(response, &writer)
        writer.endObject()
        // The beginning has the opening brace.
        return Array(writer.bytes.dropFirst())
    }

    static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000
            + duration.components.attoseconds / 1_000_000_000_000_000
    }

    /// `"_shards":{…}` with its failures, if any.
    static func writeShards(_ shards: ShardsSummary, _ writer: inout JSONWriter) {
        writer.member(
            "_shards",
            object: { writer in
                writer.member("total", shards.total)
                writer.member("successful", shards.successful)
                writer.member("skipped", shards.skipped)
                writer.member("failed", shards.failed)
                guard !shards.failures.isEmpty else { return }
                writer.member("failures", array: shards.failures) { writer, failure in
                    writer.beginObject()
                    writer.member("shard", failure.shard)
                    writer.member("index", failure.index)
                    writer.key("node")
                    if let node = failure.node { writer.string(node) } else { writer.null() }
                    writer.member(
                        "reason",
                        object: { writer in
                            writer.member("type", failure.type)
                            writer.member("reason", failure.reason)
                        })
                    writer.endObject()
                }
            })
    }

    private static func writeHits(
        _ response: SearchResponse, _ options: SearchRenderingOptions, _ writer: inout JSONWriter
    ) {
        if let total = response.total {
            if options.totalAsInteger {
                writer.member("total", total.value)
            } else {
                writer.member(
                    "total",
                    object: { writer in
                        writer.member("value", total.value)
                        writer.member("relation", total.isLowerBound ? "gte" : "eq")
                    })
            }
        } else if options.totalAsInteger {
            writer.member("total", -1)
        }
        writer.key("max_score")
        if let score = response.maximumScore { writer.float(score) } else { writer.null() }
        writer.member("hits", array: response.hits) { writer, hit in writeHit(hit, &writer) }
    }

    private static func writeHit(_ hit: SearchHit, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("_index", hit.index)
        writer.member("_id", hit.id)
        if let version = hit.version { writer.member("_version", version) }
        if let number = hit.sequenceNumber { writer.member("_seq_no", number) }
        if let term = hit.primaryTerm { writer.member("_primary_term", term) }
        writer.key("_score")
        if let score = hit.score { writer.float(score) } else { writer.null() }
        if let source = hit.source {
            writer.key("_source")
            writer.raw(source)
        }
        if !hit.highlights.isEmpty {
            writer.member(
                "highlight",
                object: { writer in
                    for field in hit.highlights {
                        writer.member(field.field, array: field.fragments) { $0.string($1) }
                    }
                })
        }
        if !hit.sortValues.isEmpty {
            writer.member("sort", array: hit.sortValues) { writeSortValue($1, &$0) }
        }
        if let explanation = hit.explanation {
            writer.key("_explanation")
            write(explanation, &writer)
        }
        writer.endObject()
    }

    static func write(_ explanation: Explanation, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("value")
        writer.float(explanation.value)
        writer.member("description", explanation.description)
        writer.member("details", array: explanation.details) { write($1, &$0) }
        writer.endObject()
    }

    private static func writeSortValue(_ value: SortValue, _ writer: inout JSONWriter) {
        switch value {
        case .score(let score): writer.float(score)
        case .integer(let integer): writer.integer(integer)
        case .real(let real): writer.number(real)
        case .bytes(let bytes): writer.string(String(decoding: bytes, as: UTF8.self))
        case .missing: writer.null()
        }
    }
}
