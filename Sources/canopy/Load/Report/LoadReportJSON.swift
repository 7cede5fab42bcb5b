// A load test's result as JSON.

import Analysis

/// The document `canopy load --json` writes. Latencies are in nanoseconds from the intended
/// arrival; shares are 0…1.
///
///     {"url","index","query_file","query_count","arrivals":"poisson"|"uniform","connections",
///      "seed","timeout_seconds",
///      "steps":[{"offered_rate","achieved_rate","seconds","overloaded","offered","answered",
///        "refused_429","timed_out","partial","errors":{kind:count},"cache":{verdict:count},
///        "bytes",
///        "latency":{"count","mean","p50","p90","p99","p99.9","max"},
///        "took":{… as latency} | null,          the server's own time, counted in milliseconds
///        "generator":{"lateness":{…},"waited_for_connection","sent_again","cpu"},
///        "tags":{tag:{… as latency}},
///        "curve":[[percentile, ns],…],          cumulative distribution
///        "bars":[[from_ns, to_ns, count],…],
///        "timeline":[{"second","offered","answered","others","p50","p99"},…]}],
///      "verify":null | {"compared","differing","queries":[…]}}
enum LoadReportJSON {
    static func encoded(_ result: LoadResult) -> [UInt8] {
        var writer = JSONWriter(capacity: 64 << 10)
        writer.beginObject()
        writer.member("url", result.url)
        writer.member("index", result.index)
        writer.member("query_file", result.queryFile)
        writer.member("query_count", Int64(result.queryCount))
        writer.member("arrivals", result.arrivals.rawValue)
        writer.member("connections", Int64(result.connections))
        writer.member("seed", String(result.seed))
        writer.member("timeout_seconds", result.timeLimit.seconds)
        writer.key("steps")
        writer.beginArray()
        for step in result.steps { write(step, to: &writer) }
        writer.endArray()
        writer.key("verify")
        if let comparison = result.comparison {
            writer.beginObject()
            writer.member("compared", comparison.compared)
            writer.member("differing", comparison.differing)
            writer.key("queries")
            writer.beginArray()
            for query in result.differingQueries { writer.string(query) }
            writer.endArray()
            writer.endObject()
        } else {
            writer.null()
        }
        writer.endObject()
        return writer.bytes + [0x0A]
    }

    private static func write(_ step: StepResult, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("offered_rate", step.offeredRate)
        writer.member("achieved_rate", step.achievedRate)
        writer.member("seconds", step.seconds)
        writer.key("overloaded")
        writer.bool(step.isOverloaded)
        for (key, value) in [
            ("offered", step.offered), ("answered", step.answered), ("refused_429", step.refused),
            ("timed_out", step.timedOut), ("partial", step.partial),
        ] {
            writer.member(key, value)
        }
        writer.counts("errors", step.failures.map { ($0.kind, $0.count) })
        writer.counts("cache", step.cacheVerdicts.map { ($0.verdict, $0.count) })
        writer.member("bytes", step.byteCount)
        writer.latency("latency", step.latency)
        if let took = step.took {
            writer.latency("took", took)
        } else {
            writer.key("took")
            writer.null()
        }
        writer.key("generator")
        writer.beginObject()
        writer.latency("lateness", step.lateness)
        writer.member("waited_for_connection", step.waitedForConnection)
        writer.member("sent_again", step.sentAgain)
        writer.member("cpu", step.ownCPU)
        writer.endObject()
        writer.key("tags")
        writer.beginObject()
        for tag in step.tags { writer.latency(tag.tag, tag.latency) }
        writer.endObject()
        writeDistribution(step, to: &writer)
        writer.endObject()
    }

    private static func writeDistribution(_ step: StepResult, to writer: inout JSONWriter) {
        writer.key("curve")
        writer.beginArray()
        for point in step.curve {
            writer.beginArray()
            writer.number(point.percentile)
            writer.integer(point.nanoseconds)
            writer.endArray()
        }
        writer.endArray()
        writer.key("bars")
        writer.beginArray()
        for bar in step.bars {
            writer.beginArray()
            for value in [bar.from, bar.to, bar.count] { writer.integer(value) }
            writer.endArray()
        }
        writer.endArray()
        writer.key("timeline")
        writer.beginArray()
        for moment in step.timeline {
            writer.beginObject()
            writer.member("second", moment.second)
            writer.member("offered", moment.offered)
            writer.member("answered", moment.answered)
            writer.member("others", moment.others)
            writer.member("p50", moment.median)
            writer.member("p99", moment.p99)
            writer.endObject()
        }
        writer.endArray()
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ key: String, _ value: Int64) {
        self.key(key)
        integer(value)
    }

    fileprivate mutating func member(_ key: String, _ value: Double) {
        self.key(key)
        number(value)
    }

    fileprivate mutating func counts(_ key: String, _ counts: [(String, Int64)]) {
        self.key(key)
        beginObject()
        for (name, count) in counts { member(name, count) }
        endObject()
    }

    fileprivate mutating func latency(_ key: String, _ summary: LatencySummary) {
        self.key(key)
        beginObject()
        member("count", summary.count)
        member("mean", summary.mean)
        for (percentile, value) in zip(LatencySummary.percentiles, summary.values) {
            member(percentile.name, value)
        }
        member("max", summary.maximum)
        endObject()
    }
}
