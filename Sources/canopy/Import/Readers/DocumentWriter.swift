// Builds a record's document from named texts, for the sources that are not JSON themselves.

import Analysis

extension ImportRecord {
    /// Writes an object's members into `document`.
    mutating func write(_ members: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        members(&writer)
        writer.endObject()
        document = writer.bytes
    }
}

extension JSONWriter {
    mutating func member(_ key: String, _ text: String) {
        self.key(key)
        string(text)
    }

    /// Left out when the text is empty.
    mutating func optionalMember(_ key: String, _ text: String?) {
        if let text, !text.isEmpty { member(key, text) }
    }

    mutating func optionalMember(_ key: String, _ texts: [String]) {
        guard !texts.isEmpty else { return }
        self.key(key)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
