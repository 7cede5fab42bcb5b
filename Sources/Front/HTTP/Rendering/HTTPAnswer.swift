// What an endpoint answers, before it becomes an HTTP response.

import Analysis
import HTTPTypes
import Queries

struct HTTPAnswer: Sendable {
    enum ContentType: String, Sendable {
        case json = "application/json; charset=UTF-8"
        case text = "text/plain; charset=UTF-8"
        case html = "text/html; charset=utf-8"
        case metrics = "text/plain; version=0.0.4; charset=utf-8"
    }

    var status: Int
    var body: [UInt8]
    var contentType: ContentType
    var headers: [(name: HTTPField.Name, value: String)] = []
    /// Rate limit units beyond the base, known only now.
    var extraCost = 0.0

    init(status: Int = 200, json: [UInt8]) {
        self.status = status
        body = json
        contentType = .json
    }

    init(status: Int = 200, text: String, _ contentType: ContentType = .text) {
        self.status = status
        body = Array(text.utf8)
        self.contentType = contentType
    }

    init(status: Int = 200, _ build: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.beginObject()
        build(&writer)
        writer.endObject()
        self.init(status: status, json: writer.bytes)
    }

    /// Hands the client what it needs to read its writes anywhere.
    mutating func bring(_ session: SessionToken) {
        if let text = session.text { headers.append((FrontRequest.sessionHeader, text)) }
    }

    static var acknowledged: HTTPAnswer {
        HTTPAnswer {
            $0.key("acknowledged")
            $0.bool(true)
        }
    }
}

extension JSONWriter {
    mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    mutating func member(_ name: String, _ number: Int64) {
        key(name)
        integer(number)
    }

    mutating func member(_ name: String, _ number: Int) {
        key(name)
        integer(Int64(number))
    }

    mutating func member(_ name: String, _ flag: Bool) {
        key(name)
        bool(flag)
    }

    mutating func member(_ name: String, object build: (inout JSONWriter) -> Void) {
        key(name)
        beginObject()
        build(&self)
        endObject()
    }

    mutating func member<Elements: Sequence>(
        _ name: String, array elements: Elements,
        _ write: (inout JSONWriter, Elements.Element) -> Void
    ) {
        key(name)
        beginArray()
        for element in elements { write(&self, element) }
        endArray()
    }
}
