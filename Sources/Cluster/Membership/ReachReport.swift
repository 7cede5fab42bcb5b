// Which leaves a root cannot reach, as it says in the metadata store.

import Analysis

struct ReachReport: Sendable, Hashable {
    /// Names the root; another for each process.
    var holder: String
    /// Names of leaves that announce themselves and did not answer the root for a while.
    var lost: Set<String>
    /// Grows with each renewal, so that the entry changes.
    var beat: Int64 = 0

    /// Where the reports are in the metadata store.
    static let prefix = "reach/"

    var key: String { Self.prefix + holder }

    func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.key("lost")
        writer.beginArray()
        for name in lost.sorted() { writer.string(name) }
        writer.endArray()
        writer.key("beat")
        writer.integer(beat)
        writer.endObject()
        return writer.bytes
    }
}

extension ReachReport {
    /// Nil: the entry is no report.
    init?(encoded bytes: [UInt8], key: String) {
        guard key.hasPrefix(Self.prefix), let json = try? JSONParser.parse(bytes),
            let names = json["lost"]?.arrayValue?.map(\.stringValue),
            names.allSatisfy({ $0 != nil }), let beat = json["beat"]?.integerValue
        else { return nil }
        self.init(
            holder: String(key.dropFirst(Self.prefix.count)), lost: Set(names.compactMap(\.self)),
            beat: beat)
    }
}
