// What the JSON parser takes, what it refuses, and with which words.

import Testing

@testable import Analysis

func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

struct JSONParserTests {
    @Test func everyKindOfValue() throws {
        let value = try parse(
            #" {"a" : [1, -2.5, true, false, null, "x"], "b":{}, "":[] } "# + "\n\t\r")
        #expect(
            value == [
                "a": [1, -2.5, true, false, nil, "x"], "b": [:], "": [],
            ])
        #expect(value.objectValue?.keys == ["a", "b", ""])
    }

    @Test(arguments: [
        ("0", JSONValue.integer(0)), ("-0", .number(-0.0)), ("1", 1), ("-17", -17),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("18446744073709551616", .number(18_446_744_073_709_551_616)),
        ("1.0", 1.0), ("0.1", 0.1), ("1e3", 1000.0), ("1E+3", 1000.0), ("25e-1", 2.5),
        ("3.141592653589793", .number(.pi)), ("1e22", 1e22), ("1e23", 1e23),
        ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
        ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-400", 0.0),
        ("123456789012345678901234567890", 1.2345678901234568e29),
        ("0.00000000000000000000000000001", 1e-29),
        ("9007199254740993.0", 9_007_199_254_740_992.0),
    ])
    func number(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
        if case .number(let expected) = value, case .number(let got) = try parse(text) {
            #expect(got.bitPattern == expected.bitPattern)
        }
    }

    @Test func numberOfAMillionDigits() throws {
        let digits = String(repeating: "0", count: 1_000_000)
        #expect(try parse("0." + digits) == 0.0)
        #expect(throws: JSONError.self) { try parse("1" + digits) }
    }

    @Test func escapes() throws {
        #expect(
            try parse(#""\"\\\/\b\f\n\r\tA\u00e9\u20AC\uD83D\uDE00\u0000z""#)
                == .string("\"\\/\u{8}\u{C}\n\r\tAé€😀\0z"))
        #expect(try parse(#"{"\u0061":1}"#)["a"] == 1)
        #expect(
            try parse("\"héllo wörld, a longer text 😀 with more\"")
                == "héllo wörld, a longer text 😀 with more")
    }

    @Test func keysAreComparedByBytes() throws {
        let value = try parse("{\"\u{e9}\":1,\"e\u{301}\":2}")
        #expect(value["\u{e9}"] == 1)
        #expect(value["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{e9}") != .string("e\u{301}"))
    }

    @Test(arguments: [
        ("", "line 1, column 1: the text ends where a value should be"),
        ("  ", "line 1, column 3: the text ends where a value should be"),
        ("[1,", "the text ends where a value should be"),
        ("[1", "the text ends where ',' or ']' in an array should be"),
        ("{\"a\"", "the text ends where ':' after a key should be"),
        ("{\"a\":1", "the text ends where ',' or '}' in an object should be"),
        ("{\"a\":1,}", "line 1, column 8: expected a key in quotes, got '}'"),
        ("[1,]", "line 1, column 4: expected a value, got ']'"),
        ("{a:1}", "expected a key in quotes, got 'a'"),
        ("\"abc", "the text ends inside a string"), ("\"abc\\", "after a backslash should be"),
        ("\"\\x\"", "got 'x'"), ("\"\\u12G4\"", "four hexadecimal digits after \\u, got 'G'"),
        ("\"\\ud800\"", "line 1, column 2: lone surrogate escape \\uD800"),
        ("\"\\ud800\\u0041\"", "lone surrogate escape \\uD800"),
        ("\"\\udc00\\ud800\"", "lone surrogate escape \\uDC00"),
        ("\"a\nb\"", "line 1, column 3: control character U+000A in a string; escape it"),
        ("{\"a\":1,\n \"b\":2,\"a\":3}", "line 2, column 8: duplicate key \"a\""),
        ("1 2", "line 1, column 3: expected the end of the text after the value, got '2'"),
        ("[] x", "expected the end of the text after the value"),
        ("tru", "the text ends where the literal true should be"),
        ("nul1", "expected the literal null, got '1'"), ("'a'", "expected a value, got '''"),
        ("01", "a number must not start with 0"), ("-", "a digit"), ("-a", "expected a digit"),
        ("1.", "a digit after the decimal point"), (".5", "expected a value, got '.'"),
        ("1e", "a digit in the exponent"), ("+1", "expected a value, got '+'"),
        ("1e999", "beyond the range of a 64-bit float"), ("NaN", "expected a value, got 'N'"),
        ("\u{feff}1", "expected a value, got byte 0xef"), ("\0", "got byte 0x0"),
        ("[\0", "got byte 0x0"),
    ])
    func refusal(text: String, reason: String) {
        do {
            let value = try parse(text)
            Issue.record("\(text) was read as \(value)")
        } catch let error as JSONError {
            #expect(error.description.contains(reason), "\(error)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test(arguments: [
        [0x80], [0xC0, 0xAF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
        [0xF0, 0x82, 0x82, 0xAC], [0xFF], [0xE2, 0x28, 0xA1],
    ])
    func invalidUTF8(bytes: [UInt8]) {
        let text = Array("[\"é".utf8) + bytes + Array("\"]".utf8)
        let error = #expect(throws: JSONError.self) { try JSONParser.parse(text) }
        #expect(error?.offset == 4)
        #expect(error?.column == 4)
        #expect(error?.reason.contains("is not valid UTF-8") == true)
        let escaped = Array("[\"\\n".utf8) + bytes + Array("\"]".utf8)
        #expect(throws: JSONError.self) { try JSONParser.parse(escaped) }
    }

    @Test func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try parse(nested(100)) }
        let error = #expect(throws: JSONError.self) { try parse(nested(101)) }
        #expect(error?.reason == "more than 100 arrays and objects inside one another")
        #expect(error?.offset == 100)
        #expect(throws: JSONError.self) { try parse(String(repeating: "[{\"a\":", count: 1 << 20)) }
    }

    @Test func truncatedAnywhere() throws {
        let text = Array(#"{"a":[1,2.5e3,"x\u00e9\n",true,null],"b":{"c":false}}"#.utf8)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONParser.parse(Array(text[..<length])) }
        }
    }

    @Test func largeObjects() throws {
        let members = (0..<5000).map { "\"key\($0)\":\($0)" }.joined(separator: ",")
        let value = try parse("{\(members)}")
        #expect(value.objectValue?.count == 5000)
        #expect(value["key4999"] == 4999)
        #expect(throws: JSONError.self) { try parse("{\(members),\"key17\":0}") }
        var object = try #require(value.objectValue)
        object["key17"] = nil
        object["key18"] = "new"
        #expect(object.count == 4999)
        #expect(object["key17"] == nil)
        #expect(object["key18"] == "new")
        #expect(object["key4999"] == 4999)
    }
}
