// Documents and mappings as clients send them, and the dates in both.

import Analysis
import Storage

@testable import Segments

enum DocumentTarget {
    static let target = FuzzTarget(
        name: "document", reads: "DocumentParser, SegmentBuilder: any document, indexed and opened",
        seeds: { seeds.map { Array($0.utf8) } }, run: run)

    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        let schema = try BaseSegment.schema.get()
        let source = [UInt8](bytes)
        let document = try DocumentParser(schema: schema).parse(source)
        let builder = SegmentBuilder(schema: schema)
        _ = builder.add(document, id: "1", source: source, sequenceNumber: 0, version: 1)
        do {
            let segment = try SegmentReader(
                MappedBytes(owned: try builder.finish()), name: "document")
            try require(segment.source(0) == source, "the source is another")
            let merged = try SegmentMerger.merge([(segment, nil)], isCancelled: { false })
            _ = try SegmentReader(MappedBytes(owned: merged), name: "merged")
        } catch let error as SegmentError {
            throw Finding(description: "what was written cannot be read: \(error)")
        }
    }

    private static let seeds = [
        #"{"body":"Some words, can't stop: 3.14","title":["a","b c"],"tag":["t1","t1",null]}"#,
        #"{"year":[1990,"2001",3.7],"price":"1e3","flag":"true","plain":"x"}"#,
        #"{"new":{"when":"2026-01-02T03:04:05Z","n":7,"x":1.5,"ok":false,"text":"long text"}}"#,
        #"{"name":["A b",{"input":["c","É"],"weight":77},{"input":"d"}]}"#,
        #"{"a.b":1,"a":{"c":"é"},"list":[[1,2],[3]]}"#, "{}",
    ]
}

enum MappingTarget {
    static let target = FuzzTarget(
        name: "mapping", reads: "Schema: mappings read, shown, read again and grown",
        seeds: { seeds.map { Array($0.utf8) } }, run: run)

    /// Mappings, or "mappings" and "settings" as an index is made with.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        let json = try JSONParser.parse(bytes)
        let settings = json["settings"]
        let schema = try Schema(mappings: json["mappings"] ?? json, settings: settings)
        let shown = schema.mappingsJSON()
        do {
            let again = try Schema(mappings: shown, settings: settings)
            try require(
                Set(again.fields.map(\.path)) == Set(schema.fields.map(\.path)),
                "\(shown) has other fields")
            _ = try schema.adding(mappings: shown)
        } catch let error as SchemaError {
            throw Finding(description: "\(shown) cannot be read back: \(error)")
        }
    }

    private static let seeds = [
        #"""
        {"dynamic":"strict","date_detection":false,"properties":{"a":{"type":"text",
        "analyzer":"english","fields":{"raw":{"type":"keyword","ignore_above":9}}}}}
        """#,
        #"""
        {"properties":{"o":{"properties":{"d":{"type":"date","format":"yyyy-MM-dd||epoch_millis"},
        "l":{"type":"long","index":false}}},"b":{"type":"boolean","doc_values":false}}}
        """#,
        #"{"properties":{"a.b":{"type":"float"},"k":{"type":"keyword"}}}"#, "{}",
        #"""
        {"properties":{"c":{"type":"completion","analyzer":"english","preserve_separators":false,
        "max_input_length":7,"preserve_position_increments":false,"contexts":[]}}}
        """#,
        #"{"mappings":{},"settings":{"index":{"mapping":{"total_fields":{"limit":9}}}}}"#,
    ]
}

enum DateTarget {
    static let target = FuzzTarget(
        name: "date", reads: "DateFormat, DatePattern, DateMath: patterns, dates, date arithmetic",
        seeds: seeds, run: run)

    /// what `now` is, zone in minutes, rounding, format and text.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let now = input.number(Int64.self)
        let zone = Int64(input.number(Int16.self)) % 1_081 * 60_000
        let roundingUp = input.byte() & 1 != 0
        let (first, second) = input.split()
        let text = String(decoding: second, as: UTF8.self)
        _ = DateFormat.zoneOffset(text)
        let formats = try? DateFormat.list(String(decoding: first, as: UTF8.self))
        for formats in [formats ?? [], DateFormat.standard] {
            _ = formats.parse(text, roundingUp: roundingUp, zoneOffset: zone)
            let date = DateMath.resolve(
                text, formats: formats, now: now, roundingUp: roundingUp, zoneOffset: zone)
            if let date { try check(date) }
        }
    }

    /// Dates that can be spelled are read back.
    private static func check(_ date: Int64) throws {
        let text = DateFormat.render(milliseconds: date)
        guard text.utf8.count == 24 else { return }
        let again = DateFormat.strictDateOptionalTime.parse(text)
        try require(again == date, "\(date) is spelled \(text) and read back as \(again ?? 0)")
    }

    private static func seeds() -> [[UInt8]] {
        let pairs = [
            ("yyyy-MM-dd", "2026-02-28"), ("dd/MMM/yyyy:HH:mm:ss Z", "01/Feb/2026:10:11:12 +0100"),
            ("epoch_second", "1700000000.5"), ("date_optional_time||epoch_millis", "now-7d/d"),
            ("strict_date_optional_time", "2026-01-01T00:00:00.123Z||+1M-3y/w"),
            ("yy.M.d 'o''clock' HH", "26.1.2 o'clock 03"), ("basic_date_time", "now+999999999y/y"),
        ]
        return pairs.enumerated().map { number, pair in
            var seed = ByteWriter()
            seed.int64(1_700_000_000_000)
            seed.uint16(UInt16(number * 60))
            seed.uint8(UInt8(number & 1))
            seed.split(Array(pair.0.utf8), Array(pair.1.utf8))
            return seed.bytes
        }
    }
}
