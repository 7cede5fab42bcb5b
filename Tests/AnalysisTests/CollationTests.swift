// Fields of sort keys: what their mapping says and refuses, the order of the keys, their versions.

import Testing

@testable import Analysis

struct CollationTests {
    static func mapping(_ parameters: String) -> String {
        #"{"properties":{"name":{"type":"icu_collation_keyword"\#(parameters)}}}"#
    }

    /// The sort keys of texts in a field with these parameters, in the order of the texts.
    static func keys(_ parameters: String, _ texts: [String]) throws -> [String] {
        let schema = try schema(mapping(parameters))
        let normalizer = try #require(schema["name"]?.normalizer)
        return texts.map { schema.analyzers.normalize($0, with: normalizer) }
    }

    /// The texts in the order of their keys' bytes.
    static func sorted(_ parameters: String, _ texts: [String]) throws -> [String] {
        zip(try keys(parameters, texts), texts)
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }.map(\.1)
    }

    @Test(arguments: [
        (
            #","language":"de""#, ["Zebra", "Ärger", "Apfel", "äpfel", "ofen", "Öfen"],
            ["Apfel", "äpfel", "Ärger", "ofen", "Öfen", "Zebra"]
        ),
        (
            #","language":"sv""#, ["öl", "zebra", "ål", "ärta", "apa"],
            ["apa", "zebra", "ål", "ärta", "öl"]
        ),
        (
            #","language":"de","variant":"@collation=phonebook""#, ["Afz", "Ärger", "Ad"],
            ["Ad", "Ärger", "Afz"]
        ),
        (#","language":"lt""#, ["yla", "jis", "ilgas", "kas"], ["yla", "ilgas", "jis", "kas"]),
        (#","numeric":true"#, ["a10", "a9", "a100"], ["a9", "a10", "a100"]),
        (#","numeric":"false""#, ["a10", "a9", "a100"], ["a10", "a100", "a9"]),
        (#","case_first":"upper""#, ["b", "B", "a", "A"], ["A", "a", "B", "b"]),
        (#","case_first":"lower""#, ["B", "b", "A", "a"], ["a", "A", "b", "B"]),
        (#","alternate":"shifted""#, ["co-z", "coa", "co-b"], ["coa", "co-b", "co-z"]),
        (#","rules":"&a < z""#, ["b", "z", "a"], ["a", "z", "b"]),
        ("", ["ab", "a", "", "b", "aa"], ["", "a", "aa", "ab", "b"]),
    ])
    func keysComeInTheOrderOfTheLanguage(
        parameters: String, texts: [String], expected: [String]
    ) throws {
        #expect(try Self.sorted(parameters, texts) == expected)
    }

    @Test(arguments: [
        (#","language":"de","strength":"primary""#, ["Äpfel", "apfel", "APFEL"], true),
        (#","language":"de","strength":"primary","case_level":true"#, ["Äpfel", "äpfel"], false),
        (#","strength":"secondary""#, ["apfel", "APFEL"], true),
        (#","strength":"secondary""#, ["apfel", "äpfel"], false),
        (#","strength":"tertiary""#, ["apfel", "Apfel"], false),
        (#","strength":"primary","alternate":"shifted""#, ["e-mail", "email"], true),
        (
            #","strength":"primary","alternate":"shifted","variable_top":" ""#,
            ["e-mail", "email"], false
        ),
        (#","strength":"identical","decomposition":"canonical""#, ["\u{E9}", "e\u{301}"], true),
        (#","strength":"tertiary""#, ["a", "a\u{1}"], true),
        (#","strength":"identical""#, ["a", "a\u{1}"], false),
    ])
    func strengthSaysWhatIsEqual(parameters: String, texts: [String], isEqual: Bool) throws {
        #expect((Set(try Self.keys(parameters, texts)).count == 1) == isEqual)
    }

    /// Bytes written in the alphabet compare as the bytes: all pairs of short ones over bytes that
    /// meet in every bit of a character.
    @Test func writingKeepsTheOrder() {
        let bytes: [UInt8] = [1, 2, 3, 4, 15, 16, 63, 64, 65, 127, 128, 192, 252, 255]
        var keys: [[UInt8]] = [[]]
        for first in bytes {
            keys.append([first])
            for second in bytes {
                keys.append([first, second])
                for third in bytes { keys.append([first, second, third, 77]) }
            }
        }
        keys.sort { $0.lexicographicallyPrecedes($1) }
        var before: [UInt8] = []
        var written: [UInt8] = []
        for (index, key) in keys.enumerated() {
            key.withUnsafeBufferPointer { CollationFilter.write($0, to: &written) }
            #expect(index == 0 || before.lexicographicallyPrecedes(written), "\(key)")
            #expect(written.allSatisfy { CollationFilter.alphabet.contains($0) })
            before = written
        }
    }

    @Test func mappingsSayIt() throws {
        let text = #"""
            {"dynamic":"true","properties":{"title":{"type":"text","fields":{"sort":{
              "type":"icu_collation_keyword","language":"de","country":"AT",
              "variant":"@collation=phonebook","strength":"primary","decomposition":"no",
              "alternate":"shifted","case_first":"upper","case_level":false,"numeric":true,
              "variable_top":" ","null_value":"none","ignore_above":9,"index":false}}},
             "plain":{"type":"icu_collation_keyword","doc_values":false},
             "ruled":{"type":"icu_collation_keyword","rules":"&a < z"},
             "tag":{"type":"keyword","null_value":"nil"}}}
            """#
        let schema = try schema(text)
        #expect(schema.mappingsJSON() == (try parse(text)))
        let field = try #require(schema["title.sort"])
        #expect(field.type == .keyword && field.typeName == "icu_collation_keyword")
        #expect(field.collation?.version == field.collation?.nodeVersion && !field.isIndexed)
        #expect(try Schema(encoded: schema.encoded()) == schema)
        #expect(try schema.adding(mappings: parse(text)) == schema)
    }

    @Test func valuesBecomeKeys() throws {
        let schema = try schema(
            Self.mapping(
                #","language":"de","strength":"primary","null_value":"Z","ignore_above":3"#))
        func values(_ document: String) throws -> [FieldValue] {
            try DocumentParser(schema: schema).parse(Array(document.utf8)).fields.map(\.value)
        }
        let key = try Self.keys(#","language":"de","strength":"primary""#, ["ab", "z", "12"])
        #expect(
            try values(#"{"name":["Äb",null,"long",12]}"#)
                == [key[0], key[1], key[2]].map(FieldValue.keyword))
        let long = try self.schemaWithoutLimit().parse(
            Array(#"{"name":"\#(String(repeating: "é", count: 16_000))"}"#.utf8))
        guard case .keyword(let text)? = long.fields.first?.value else {
            Issue.record("\(long.fields)")
            return
        }
        #expect(text.utf8.count == Analyzer.maximumTermBytes, "a long key is cut, not left out")
    }

    private func schemaWithoutLimit() throws -> DocumentParser {
        DocumentParser(schema: try schema(Self.mapping("")))
    }

    @Test func otherVersionsAreRemembered() throws {
        let schema = try schema(Self.mapping(#","language":"de""#))
        let version = try #require(schema["name"]?.collation?.version)
        let text = String(decoding: schema.encoded(), as: UTF8.self)
        #expect(text.contains(#""collation_version":"\#(version)""#))
        let older = try Schema(
            encoded: Array(text.replacing(#""\#(version)""#, with: #""1.2.3.4""#).utf8))
        #expect(older["name"]?.collation?.version == "1.2.3.4")
        #expect(older["name"]?.collation?.nodeVersion == version)
        let again = try older.adding(
            mappings: parse(
                Self.mapping(#","language":"de","ignore_above":5"#)
            ))
        #expect(again["name"]?.collation?.version == "1.2.3.4" && again["name"]?.ignoreAbove == 5)
    }

    @Test(arguments: [
        (
            #","language":"xx""#,
            "[mapper name] parameter [language] is [xx], no language of ISO 639"
        ),
        (#","language":"de","country":"XX""#, "[country] is [XX], no country of ISO 3166"),
        (#","language":"de","variant":"@collation=phone""#, "[variant] is [@collation=phone]"),
        (#","language":"d e""#, "parameter [language] cannot be [d e]"),
        (#","country":"DE""#, "needs the parameter [language]"),
        (#","strength":"strong""#, "cannot be [strong]; known: identical, primary, quaternary"),
        (#","numeric":1"#, "[numeric] must be true or false, got 1"),
        (#","rules":"&a < < [""#, "[rules] is no list of rules that ICU can read"),
        (#","rules":"&a < b","language":"de""#, "stands without [language]"),
        (#","variable_top":"a""#, "[variable_top] cannot be [a]"),
        (#","hiragana_quaternary_mode":true"#, "can only be false, for ICU has it no more"),
        (#","normalizer":"lowercase""#, "unknown parameter [normalizer]"),
        (#","null_value":{}"#, "can only be a string"),
    ])
    func refuses(parameters: String, reason: String) {
        let error = #expect(throws: SchemaError.self) {
            try schema(Self.mapping(parameters))
        }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test func theOrderStays() throws {
        let schema = try schema(Self.mapping(#","language":"de""#))
        for (type, reason) in [
            (#""icu_collation_keyword","language":"sv""#, "Cannot update parameter [collation]"),
            (#""keyword""#, "cannot be changed from type [icu_collation_keyword] to [keyword]"),
        ] {
            let error = #expect(throws: SchemaError.self) {
                try schema.adding(mappings: parse(#"{"properties":{"name":{"type":\#(type)}}}"#))
            }
            #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
        }
    }
}
