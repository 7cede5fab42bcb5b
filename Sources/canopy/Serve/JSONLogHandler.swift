// Logs for machines: one JSON object a line, the same fields for every role.
import Analysis
import Foundation
import Logging
import Storage

struct JSONLogHandler: LogHandler {
    let label: String
    let node: String
    let clock: any NodeClock
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.key("time")
        writer.string(DateFormat.render(milliseconds: clock.wallMilliseconds))
        writer.key("level")
        writer.string(event.level.rawValue)
        writer.key("node")
        writer.string(node)
        writer.key("logger")
        writer.string(label)
        writer.key("message")
        writer.string("\(event.message)")
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            writer.key(key)
            writer.string("\(value)")
        }
        writer.endObject()
        FileHandle.standardError.write(Data(writer.bytes + [10]))
    }
}
