// The `suggest` of an answer.

import Analysis
import Queries

enum SuggestRenderer {
    /// `"suggest":{…}`; nothing where nothing was asked for.
    static func write(
        _ answers: [SuggestAnswer], typedKeys: Bool, _ writer: inout JSONWriter
    ) {
        if answers.isEmpty { return }
        writer.member(
            "suggest",
            object: { writer in
                for answer in answers {
                    let name = typedKeys ? "\(answer.kind.rawValue)#\(answer.name)" : answer.name
                    writer.member(name, array: answer.entries) { write($1, &$0) }
                }
            })
    }

    private static func write(_ entry: SuggestEntry, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("text", entry.text)
        writer.member("offset", entry.offset)
        writer.member("length", entry.length)
        writer.member("options", array: entry.options) { writer, option in
            writer.beginObject()
            writer.member("text", option.text)
            if let hit = option.hit {
                writer.member("_index", hit.index)
                writer.member("_id", hit.id)
                writer.key("_score")
                writer.float(option.score)
                if let source = hit.source {
                    writer.key("_source")
                    writer.raw(source)
                }
                return writer.endObject()
            }
            if let highlighted = option.highlighted { writer.member("highlighted", highlighted) }
            writer.key("score")
            writer.float(option.score)
            if let frequency = option.frequency { writer.member("freq", frequency) }
            writer.endObject()
        }
        writer.endObject()
    }
}
