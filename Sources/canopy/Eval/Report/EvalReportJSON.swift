// An evaluation's result as JSON.

import Analysis

/// The document `canopy eval --json` writes. Measures are named as `--measures` takes them.
///
///     {"topics":52,"depth":1000|null,
///      "without_judgements":["3",…],"without_topic":[…],"without_relevant":[…],
///      "systems":[{"name":"wiki at http://…","measures":{"map":0.31,…},"without_hits":[…]},…],
///      "comparison":null | {"permutations":10000,"seed":"1","measures":{"map":
///        {"difference":0.01,"relative_change":0.03|null,"wins":30,"ties":2,"losses":20,
///         "p_t_test":0.04|null,"p_randomisation":0.04|null},…}},
///      "below":[{"measure":"ndcg@10","mean":0.43,"least":0.45}],
///      "per_topic":[{"topic":"1","systems":[{"hits":1000,"measures":{"map":0.4,…}},…]},…]}
///
/// `per_topic` is there when asked for.
enum EvalReportJSON {
    static func encoded(_ result: EvalResult, showsTopics: Bool) -> [UInt8] {
        var writer = JSONWriter(capacity: 16 << 10)
        writer.beginObject()
        writer.key("topics")
        writer.integer(Int64(result.selection.counted.count))
        writer.key("depth")
        if let depth = result.depth { writer.integer(Int64(depth)) } else { writer.null() }
        writer.names("without_judgements", result.selection.withoutJudgements)
        writer.names("without_topic", result.selection.withoutTopic)
        writer.names("without_relevant", result.selection.withoutRelevant)
        writer.key("systems")
        writer.beginArray()
        for system in result.systems {
            writer.beginObject()
            writer.key("name")
            writer.string(system.description)
            writer.measures(result.measures, result.measures.map(system.evaluation.mean))
            writer.names("without_hits", result.topicsWithoutHits(system))
            writer.endObject()
        }
        writer.endArray()
        write(comparison: result, to: &writer)
        writer.key("below")
        writer.beginArray()
        for shortfall in result.shortfalls {
            writer.beginObject()
            writer.key("measure")
            writer.string(shortfall.limit.measure.key)
            writer.member("mean", shortfall.mean)
            writer.member("least", shortfall.limit.least)
            writer.endObject()
        }
        writer.endArray()
        if showsTopics { write(topics: result, to: &writer) }
        writer.endObject()
        return writer.bytes + [0x0A]
    }

    private static func write(comparison result: EvalResult, to writer: inout JSONWriter) {
        writer.key("comparison")
        guard !result.comparisons.isEmpty else { return writer.null() }
        writer.beginObject()
        writer.key("permutations")
        writer.integer(Int64(result.permutations))
        writer.key("seed")
        writer.string(String(result.seed))
        writer.key("measures")
        writer.beginObject()
        for row in result.comparisons {
            writer.key(row.measure.key)
            writer.beginObject()
            writer.member("difference", row.difference)
            writer.member("relative_change", row.relativeChange)
            for (name, count) in [("wins", row.wins), ("ties", row.ties), ("losses", row.losses)] {
                writer.key(name)
                writer.integer(Int64(count))
            }
            writer.member("p_t_test", row.studentProbability)
            writer.member("p_randomisation", row.randomisationProbability)
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
    }

    private static func write(topics result: EvalResult, to writer: inout JSONWriter) {
        writer.key("per_topic")
        writer.beginArray()
        for (number, topic) in result.selection.counted.enumerated() {
            writer.beginObject()
            writer.key("topic")
            writer.string(topic.id.text)
            writer.key("systems")
            writer.beginArray()
            for system in result.systems {
                writer.beginObject()
                writer.key("hits")
                writer.integer(Int64(system.evaluation.hitCounts[number]))
                writer.measures(result.measures, system.evaluation.values[number])
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ key: String, _ value: Double?) {
        self.key(key)
        if let value { number(value) } else { null() }
    }

    fileprivate mutating func names(_ key: String, _ names: [Identifier]) {
        self.key(key)
        beginArray()
        for name in names { string(name.text) }
        endArray()
    }

    fileprivate mutating func measures(_ measures: [Measure], _ values: [Double]) {
        key("measures")
        beginObject()
        for (measure, value) in zip(measures, values) { member(measure.key, value) }
        endObject()
    }
}
