// What the writer prints, and that printing and parsing undo each other.

import Testing

@testable import Analysis

struct JSONWriterTests {
    @Test func compactAndInOrder() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("z")
        writer.beginArray()
        writer.integer(-1)
        writer.number(1)
        writer.number(0.1)
        writer.float(0.1)
        writer.number(.nan)
        writer.float(.infinity)
        writer.endArray()
        writer.key("a")
        writer.beginObject()
        writer.endObject()
        writer.key("r")
        writer.raw(Array("[1]".utf8))
        writer.key("t")
        writer.bool(true)
        writer.key("n")
        writer.null()
        writer.key("quote\"")
        writer.string("\\ \n\u{1}\u{1f}é😀/")
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"z":[-1,1.0,0.1,0.1,null,null],"a":{},"r":[1],"t":true,"n":null,"#
                + #""quote\"":"\\ \n\u0001\u001fé😀/"}"#)
    }

    @Test func doublesRoundTrip() throws {
        var random = SeededRandom(seed: 7)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            var writer = JSONWriter()
            writer.number(value)
            let read = try JSONParser.parse(writer.bytes)
            #expect(read.doubleValue?.bitPattern == value.bitPattern, "seed 7: \(value)")
        }
    }

    /// A value of at most `depth` levels.
    static func value(_ random: inout SeededRandom, depth: Int) -> JSONValue {
        switch random.below(depth > 0 ? 8 : 6) {
        case 0: return .null
        case 1: return .bool(random.below(2) == 0)
        case 2: return .integer(Int64(bitPattern: random.next() >> UInt64(random.below(64))))
        case 3: return .number(Double(random.below(100_000)) / 64)
        case 4, 5:
            let pieces = ["a", "\"", "\\", "\n", "é", "e\u{301}", "😀", "\0", "longer piece", " "]
            return .string((0..<random.below(8)).map { _ in random.pick(pieces) }.joined())
        case 6: return .array((0..<random.below(5)).map { _ in value(&random, depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<random.below(24) {
                object["k\(random.below(100))"] = value(&random, depth: depth - 1)
            }
            return .object(object)
        }
    }

    @Test func valuesRoundTrip() throws {
        var random = SeededRandom(seed: 11)
        for _ in 0..<300 {
            let value = Self.value(&random, depth: 4)
            #expect(try JSONParser.parse(value.encoded()) == value, "seed 11")
        }
    }

    /// Damaged documents are refused or read, never fatal; what is read prints and reads again.
    @Test func damagedDocumentsNeverCrash() throws {
        var random = SeededRandom(seed: 13)
        let splices: [[UInt8]] =
            [
                "\"", "\\", "\\u", "\\ud83d", "{", "}", "[", "]", ",", ":", "-",
                "1e", "0", ".", "\0", "é", " ",
            ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0]]
        var readable = 0
        for _ in 0..<3000 {
            var bytes = Self.value(&random, depth: 3).encoded()
            for _ in 0...random.below(3) {
                let place = random.below(bytes.count + 1)
                switch random.below(4) {
                case 0: bytes.insert(contentsOf: random.pick(splices), at: place)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + random.below(4)))
                case 2: bytes.removeSubrange(place...)
                default: if place < bytes.count { bytes[place] ^= 1 << UInt8(random.below(8)) }
                }
            }
            do {
                let value = try JSONParser.parse(bytes)
                readable += 1
                #expect(try JSONParser.parse(value.encoded()) == value, "seed 13")
            } catch {
                #expect(0...bytes.count ~= error.offset, "seed 13: \(error)")
            }
        }
        #expect(readable > 100)
    }
}
