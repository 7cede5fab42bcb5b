// Documents to fields: coercion, dynamic mapping, the overflow field, and refusals.

import Testing

@testable import Analysis

struct DocumentParserTests {
    /// "path=value" of every field, and the schema they refer to.
    private func fields(
        _ document: String, _ schema: Schema = Schema()
    ) throws -> (fields: [String], schema: Schema) {
        let parsed = try DocumentParser(schema: schema).parse(Array(document.utf8))
        let schema = parsed.schema ?? schema
        return (parsed.fields.map { "\(schema.fields[$0.ordinal].path)=\($0.value)" }, schema)
    }

    @Test func dynamicMapping() throws {
        let document = """
            {"s":"hello","i":7,"d":1.5,"b":true,"when":"2026-01-02","slash":"2026/01/02",
             "year":"2026","n":null,"e":[],"o":{"p":{"q":[1,null,[2]]}},"x.y":"z"}
            """
        let (fields, schema) = try fields(document)
        #expect(
            fields == [
                "s=text(\"hello\")", "s.keyword=keyword(\"hello\")", "i=integer(7)", "d=real(1.5)",
                "b=integer(1)", "when=integer(1767312000000)", "slash=integer(1767312000000)",
                "year=text(\"2026\")", "year.keyword=keyword(\"2026\")", "o.p.q=integer(1)",
                "o.p.q=integer(2)", "x.y=text(\"z\")", "x.y.keyword=keyword(\"z\")",
            ])
        #expect(schema.version == 2)
        #expect(
            schema.fields.map(\.type) == [
                .text, .keyword, .long, .float, .boolean, .date, .date, .text, .keyword, .long,
                .text,
                .keyword,
            ])
        #expect(schema["slash"]?.formats.patternList.hasPrefix("yyyy/MM/dd HH:mm:ss") == true)
        let again = try DocumentParser(schema: schema).parse(Array(document.utf8))
        #expect(again.schema == nil)
        #expect(again.fields.count == fields.count)
    }

    @Test func coercion() throws {
        let schema = try schema(
            #"{"properties":{"i":{"type":"integer"},"l":{"type":"long"},"f":{"type":"float"},"#
                + #""d":{"type":"double"},"b":{"type":"boolean"},"t":{"type":"text"},"#
                + #""k":{"type":"keyword","ignore_above":3},"at":{"type":"date"}}}"#)
        let document = """
            {"i":["12",2.9,-2.9,"3.7",-2147483648],"l":[9223372036854775807,"9223372036854775807"],
             "f":[0.1,"1e3",16777217],"d":[0.1,5],"b":["true","false","",true],"t":[1,2.5,true],
             "k":["abc","abcd","äöü","😀a","😀ab",12],"at":["2026-01-02T03:04:05Z",1000,2024,"-5"]}
            """
        #expect(
            try fields(document, schema).fields == [
                "i=integer(12)", "i=integer(2)", "i=integer(-2)", "i=integer(3)",
                "i=integer(-2147483648)", "l=integer(9223372036854775807)",
                "l=integer(9223372036854775807)", "f=real(0.10000000149011612)", "f=real(1000.0)",
                "f=real(16777216.0)", "d=real(0.1)", "d=real(5.0)", "b=integer(1)", "b=integer(0)",
                "b=integer(0)", "b=integer(1)", "t=text(\"1\")", "t=text(\"2.5\")",
                "t=text(\"true\")", "k=keyword(\"abc\")", "k=keyword(\"äöü\")",
                "k=keyword(\"😀a\")", "k=keyword(\"12\")", "at=integer(1767323045000)",
                "at=integer(-30610224000000)", "at=integer(1704067200000)", "at=integer(-5)",
            ])
    }

    @Test(arguments: [
        (
            #"{"year":"abc"}"#,
            "failed to parse field [year] of type [integer]: got \"abc\"; expected a number from"
        ),
        (#"{"year":2147483648}"#, "got 2147483648"), (#"{"year":true}"#, "got true"),
        (#"{"year":"nan"}"#, "got \"nan\""), (#"{"year":"0x10"}"#, "0x10"),
        (#"{"year":""}"#, "\"\""),
        (#"{"year":{"a":1}}"#, "mapped as a concrete value, got an object"),
        (#"{"rating":1e39}"#, "expected a finite number"), (#"{"rating":"inf"}"#, "\"inf\""),
        (#"{"sold":1e19}"#, "type [long]"), (#"{"new":"yes"}"#, "only true or false"),
        (#"{"new":1}"#, "only true or false"),
        (
            #"{"added":"yesterday"}"#,
            "expected a date in format [strict_date_optional_time||epoch_millis]"
        ),
        (#"{"added":false}"#, "expected a date"), (#"{"added":99999999999999999999}"#, "date"),
        (
            #"{"author":"Lem"}"#,
            "object mapping for [author] tried to parse field [author] as object, but found a"
        ),
        (#"{"isbn":1}"#, "mapping set to strict, dynamic introduction of [isbn] within [_doc]"),
        (#"{"title":{"keyword":"x"}}"#, "field [title] of type [text]"),
        (#"{"_id":"1"}"#, "Field [_id] is a metadata field"),
        (#"[1]"#, "a document must be a JSON object, got an array"),
        (#"{"year":"#, "failed to parse document: line 1, column 9: the text ends"),
        (#"{"":1}"#, "cannot be an empty string"), (#"{"a..b":1}"#, "starts or ends with a dot"),
    ])
    func refuses(document: String, reason: String) throws {
        let schema = try schema(SchemaTests.books)
        let error = #expect(throws: DocumentError.self) { try fields(document, schema) }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test func dynamicConflicts() throws {
        let first = try fields(#"{"a":"x","o":{"p":1}}"#).schema
        for (document, reason) in [
            (#"{"a":{"b":1}}"#, "concrete value, got an object"),
            (#"{"a.b":1}"#, "[a] is a field of type [text], not an object"),
            (#"{"o":1}"#, "object mapping for [o]"), (#"{"o":{"p":{"q":1}}}"#, "concrete value"),
            (#"{"z":[1,"one"]}"#, "failed to parse field [z] of type [long]: got \"one\""),
        ] {
            let error = #expect(throws: DocumentError.self) { try fields(document, first) }
            #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? document)")
        }
    }

    @Test func unmappedFieldsMayBeIgnored() throws {
        let schema = try schema(#"{"dynamic":false,"properties":{"o.a":{"type":"long"}}}"#)
        let (fields, after) = try fields(#"{"x":"y","o":{"a":1,"b":2}}"#, schema)
        #expect(fields == ["o.a=integer(1)"])
        #expect(after == schema)
    }

    @Test func overflow() throws {
        let settings = #"{"mapping.total_fields.limit":3}"#
        var limited = try schema("{}", settings: settings)
        let document = #"{"a":"one","b":2,"c":"three","d":{"e":[4,true]},"f":5}"#
        let (values, after) = try fields(document, limited)
        #expect(
            values == [
                "a=text(\"one\")", "a.keyword=keyword(\"one\")", "b=integer(2)",
                "_overflow=text(\"three\")", "_overflow.keyword=keyword(\"c=three\")",
                "_overflow=text(\"4\")", "_overflow.keyword=keyword(\"d.e=4\")",
                "_overflow=text(\"true\")", "_overflow.keyword=keyword(\"d.e=true\")",
                "_overflow=text(\"5\")", "_overflow.keyword=keyword(\"f=5\")",
            ])
        #expect(after.fields.count == 5 && after.countedFields == 3)
        #expect(after.mappingsJSON()["properties"]?.objectValue?.keys == ["a", "b"])
        #expect(try Schema(encoded: after.encoded()) == after)
        limited = after
        #expect(try fields(document, limited).fields == values)
    }

    @Test func immenseTerms() throws {
        let schema = try schema(#"{"properties":{"k":{"type":"keyword"},"t":{"type":"text"}}}"#)
        let long = String(repeating: "x", count: Analyzer.maximumTermBytes)
        #expect(try fields("{\"k\":\"\(long)\"}", schema).fields.count == 1)
        let error = #expect(throws: DocumentError.self) {
            try fields("{\"k\":\"\(long)y\"}", schema)
        }
        #expect(error?.reason.contains("immense term in field=\"k\"") == true)
        #expect(try fields("{\"t\":\"\(long)y\"}", schema).fields.count == 1)
        let longName = String(repeating: "n", count: 2000)
        #expect(throws: DocumentError.self) { try fields("{\"\(longName)\":1}") }
    }

    /// Whatever JSON says, parsing refuses or succeeds, and ordinals are valid.
    @Test func randomDocumentsNeverCrash() throws {
        var random = SeededRandom(seed: 17)
        var schema = try schema("{}", settings: #"{"mapping.total_fields.limit":40}"#)
        for _ in 0..<500 {
            let value = JSONWriterTests.value(&random, depth: 3)
            do {
                let parsed = try DocumentParser(schema: schema).parse(value.encoded())
                schema = parsed.schema ?? schema
                #expect(parsed.fields.allSatisfy { schema.fields.indices.contains($0.ordinal) })
            } catch {
                #expect(!error.reason.isEmpty)
            }
        }
        #expect(try Schema(encoded: schema.encoded()) == schema)
        #expect(schema.countedFields <= 40)
    }
}
