// Completion fields: their mappings, their inputs, and the terms these become.

import Testing

@testable import Analysis

@Suite struct CompletionTests {
    private func schema(_ parameters: String = "") throws -> Schema {
        let mappings = #"{"properties":{"name":{"type":"completion"\#(parameters)}}}"#
        return try Schema(mappings: JSONParser.parse(Array(mappings.utf8)), settings: nil)
    }

    private func entries(_ source: String, _ parameters: String = "") throws -> [CompletionEntry] {
        try DocumentParser(schema: schema(parameters)).parse(Array(source.utf8)).fields.map {
            guard case .completion(let term) = $0.value else {
                throw DocumentError(type: "test", reason: "it is no completion")
            }
            return try #require(CompletionEntry(term: term))
        }
    }

    private func texts(_ entries: [CompletionEntry]) -> [String] {
        entries.map { entry in
            let form = String(decoding: entry.form, as: UTF8.self)
                .replacing("\u{1F}", with: "|").replacing("\u{1E}", with: "_")
            return "\(form) \(String(decoding: entry.surface, as: UTF8.self)) \(entry.weight)"
        }
    }

    @Test func inputsAreStringsArraysAndObjects() throws {
        #expect(try texts(entries(#"{"name":"Old Oak"}"#)) == ["old|oak Old Oak 1"])
        #expect(
            try texts(entries(#"{"name":["a",{"input":["B c","d"],"weight":"7"},{"input":"e"}]}"#))
                == ["a a 1", "b|c B c 7", "d d 7", "e e 1"])
        #expect(try entries(#"{"name":["...",null,""]}"#).isEmpty)
    }

    @Test func parametersShapeTheForm() throws {
        let english = #","analyzer":"stop""#
        #expect(
            try texts(entries(#"{"name":"the Oak of x"}"#, english)) == ["_|oak|_|x the Oak of x 1"]
        )
        #expect(
            try texts(
                entries(
                    #"{"name":"the Oak of x"}"#,
                    english + #","preserve_position_increments":false"#))
                == ["oak|x the Oak of x 1"])
        #expect(
            try texts(entries(#"{"name":"old oak"}"#, #","preserve_separators":false"#))
                == ["oldoak old oak 1"])
        #expect(
            try texts(entries(#"{"name":"ab🌲cd"}"#, #","max_input_length":4"#)) == ["ab ab🌲 1"])
    }

    @Test(arguments: [
        (#"{"name":{"weight":1}}"#, "needs [input]"),
        (#"{"name":{"input":"a","weight":-1}}"#, "[weight] must be a whole number"),
        (#"{"name":{"input":"a","weight":2147483648}}"#, "[weight] must be a whole number"),
        (#"{"name":{"input":"a","contexts":{}}}"#, "contexts are not supported"),
        (#"{"name":{"input":7}}"#, "[input] must be a string"),
        (#"{"name":"a\u001fb"}"#, "reserved character [0x1f]"),
    ])
    func refuses(_ source: String, _ reason: String) {
        #expect {
            _ = try entries(source)
        } throws: { error in
            "\(error)".contains(reason)
        }
    }

    @Test func mappingsAreKeptAndContextsRefused() throws {
        let parameters = #","preserve_separators":false,"max_input_length":9,"analyzer":"english""#
        let schema = try schema(parameters)
        #expect(try Schema(encoded: schema.encoded()) == schema)
        let json = schema.mappingsJSON()["properties"]?["name"]
        #expect(json?["max_input_length"] == 9 && json?["preserve_separators"] == false)
        #expect(json?["doc_values"] == nil && json?["analyzer"] == "english")
        #expect(schema["name"]?.hasColumn == false)
        #expect(throws: SchemaError.self) { _ = try self.schema(#","contexts":[{"name":"a"}]"#) }
        #expect(throws: SchemaError.self) {
            _ = try schema.adding(mappings: ["properties": ["name": ["type": "completion"]]])
        }
    }

    @Test func heavierEntriesComeFirst() throws {
        #expect(
            CompletionEntry(weight: 3, form: Array("oak".utf8), surface: Array("Oak".utf8)).term
                == [0xFC, 0x6F, 0x61, 0x6B, 0, 0x4F, 0x61, 0x6B, 0xFF, 0xFF, 0xFF, 0xFC])
        var before: UInt8 = 255
        let weights =
            Array(0..<70_000) + (16...30).flatMap { [(1 << $0) - 1, 1 << $0] }
            + [CompletionEntry.maximumWeight]
        for weight in weights.sorted() {
            let entry = CompletionEntry(weight: weight, form: [97], surface: [65, 0xC3, 0xA9])
            let term = entry.term
            #expect(CompletionEntry(term: term) == entry)
            #expect(term[0] <= before, "weight \(weight)")
            before = term[0]
        }
        #expect(before > 0)
        for damaged in [[], [1, 2, 3], [0xFC, 0, 0, 0, 0, 1], [0xFC, 97, 0, 97, 0, 0, 0, 0]]
            as [[UInt8]]
        {
            #expect(CompletionEntry(term: damaged) == nil)
        }
    }
}
