// Calendar, formats and date expressions.

import Testing

@testable import Analysis

struct DateTests {
    @Test func calendar() {
        #expect(CivilDate(year: 1970, month: 1, day: 1).days == 0)
        #expect(CivilDate(year: 2000, month: 2, day: 29).days == 11_016)
        #expect(CivilDate(year: 1, month: 1, day: 1).days == -719_162)
        // Every day of 2,400 years follows the one before.
        var expected = CivilDate(year: 1199, month: 12, day: 31)
        for days in expected.days + 1...expected.days + 876_600 {
            expected.day += 1
            if expected.day > CivilDate.length(ofMonth: expected.month, year: expected.year) {
                expected = CivilDate(year: expected.year, month: expected.month + 1, day: 1)
            }
            if expected.month > 12 {
                expected = CivilDate(year: expected.year + 1, month: 1, day: 1)
            }
            let date = CivilDate(days: days)
            if date != expected || date.days != days {
                Issue.record("day \(days): \(date), not \(expected)")
                return
            }
        }
    }

    @Test func rendering() {
        #expect(DateFormat.render(milliseconds: 0) == "1970-01-01T00:00:00.000Z")
        #expect(DateFormat.render(milliseconds: -1) == "1969-12-31T23:59:59.999Z")
        #expect(DateFormat.render(milliseconds: 1_767_322_985_006) == "2026-01-02T03:03:05.006Z")
        #expect(DateFormat.render(milliseconds: 253_402_300_800_000).hasPrefix("+10000-01-01T"))
        #expect(DateFormat.render(milliseconds: .max).hasSuffix("Z"))
        #expect(DateFormat.render(milliseconds: .min).hasPrefix("-"))
    }

    @Test(arguments: [
        ("2026", "2026-01-01T00:00:00.000Z"), ("2026-03", "2026-03-01T00:00:00.000Z"),
        ("2026-03-04", "2026-03-04T00:00:00.000Z"), ("2026-03-04T05", "2026-03-04T05:00:00.000Z"),
        ("2026-03-04T05:06", "2026-03-04T05:06:00.000Z"),
        ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07.000Z"),
        ("2026-03-04T05:06:07.8", "2026-03-04T05:06:07.800Z"),
        ("2026-03-04T05:06:07.123456789+01:00", "2026-03-04T04:06:07.123Z"),
        ("2026-03-04T05:06:07,12-0130", "2026-03-04T06:36:07.120Z"),
        ("2024-02-29", "2024-02-29T00:00:00.000Z"), ("0001-01-01", "0001-01-01T00:00:00.000Z"),
    ])
    func isoDates(text: String, rendered: String) {
        let date = DateFormat.strictDateOptionalTime.parse(text)
        #expect(date.map(DateFormat.render(milliseconds:)) == rendered)
    }

    @Test(arguments: [
        "", "26", "20260", "2026-1", "2026-13", "2026-02-29", "2026-02-30", "2026-01-01 10:00",
        "2026-01-01T", "2026-01-01T24", "2026-01-01T10:60", "2026-01-01T10:00:60", "x",
        "2026-01-01T10:00:00.", "2026-01-01T10:00:00Zx", "2026-01-01T10+25:00", "-2026", "2026-",
        "2026-01-01T10:00+1", "2026é", "２０２６",
    ])
    func isoRefuses(text: String) {
        #expect(DateFormat.strictDateOptionalTime.parse(text) == nil)
    }

    @Test(arguments: [
        ("yyyy/MM/dd HH:mm:ss", "2026/03/04 05:06:07", "2026-03-04T05:06:07.000Z"),
        ("dd/MMM/yyyy:HH:mm:ss Z", "04/Mar/2026:05:06:07 +0100", "2026-03-04T04:06:07.000Z"),
        ("d.M.yy", "4.3.26", "2026-03-04T00:00:00.000Z"),
        ("yyyyMMdd", "20260304", "2026-03-04T00:00:00.000Z"),
        ("basic_date", "20260304", "2026-03-04T00:00:00.000Z"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2026-03-04T05:06:07.089Z", "2026-03-04T05:06:07.089Z"),
        ("strict_date_time", "2026-03-04T05:06:07.089+00:30", "2026-03-04T04:36:07.089Z"),
        ("'it''s' yyyy", "it's 2026", "2026-01-01T00:00:00.000Z"),
        ("HH:mm", "05:06", "1970-01-01T05:06:00.000Z"),
        ("epoch_millis", "-1", "1969-12-31T23:59:59.999Z"),
        ("epoch_millis", "1000.9", "1970-01-01T00:00:01.000Z"),
        ("epoch_second", "1772600767", "2026-03-04T05:06:07.000Z"),
        ("epoch_second", "1.5", "1970-01-01T00:00:01.500Z"),
        ("date_optional_time", "2026-3-4", "2026-03-04T00:00:00.000Z"),
    ])
    func patterns(pattern: String, text: String, rendered: String) throws {
        let date = try DateFormat(pattern).parse(text)
        #expect(date.map(DateFormat.render(milliseconds:)) == rendered)
    }

    @Test func patternsRefuse() throws {
        for (pattern, text) in [
            ("yyyy-MM-dd", "2026-3-4"), ("yyyy-MM-dd", "2026-03-04 "),
            ("dd/MMM/yyyy", "04/Foo/2026"),
            ("epoch_millis", "99999999999999999999"), ("epoch_millis", ""), ("epoch_second", "1."),
            ("epoch_second", "9999999999999999999"), ("epoch_millis", "-"), ("epoch_millis", "0x1"),
        ] {
            #expect(try DateFormat(pattern).parse(text) == nil, "\(pattern) \(text)")
        }
        for pattern in ["", "yyy", "QQ", "yyyy-'x", "[yyyy]", "no_such_format"] {
            let error = #expect(throws: SchemaError.self) { try DateFormat(pattern) }
            #expect(error?.reason.contains("Invalid format: [\(pattern)") == true)
        }
        #expect(try DateFormat.list("yyyy||epoch_millis").patternList == "yyyy||epoch_millis")
        #expect(throws: SchemaError.self) { try DateFormat.list("yyyy||") }
    }

    @Test(arguments: [
        ("now", false, "2026-03-04T05:06:07.089Z"), ("now", true, "2026-03-04T05:06:07.089Z"),
        ("now-7d/d", false, "2026-02-25T00:00:00.000Z"),
        ("now-7d/d", true, "2026-02-25T23:59:59.999Z"),
        ("now/w", false, "2026-03-02T00:00:00.000Z"), ("now/w", true, "2026-03-08T23:59:59.999Z"),
        ("now/M", true, "2026-03-31T23:59:59.999Z"), ("now/y", false, "2026-01-01T00:00:00.000Z"),
        ("now/y", true, "2026-12-31T23:59:59.999Z"), ("now+h", false, "2026-03-04T06:06:07.089Z"),
        ("now-4m/m", false, "2026-03-04T05:02:00.000Z"),
        ("now-30s", false, "2026-03-04T05:05:37.089Z"),
        ("2024-01-31||+1M", false, "2024-02-29T00:00:00.000Z"),
        ("2024-02-29||-1y/d", true, "2023-02-28T23:59:59.999Z"),
        ("2026-01-01||+1M/d", false, "2026-02-01T00:00:00.000Z"),
        ("2024", false, "2024-01-01T00:00:00.000Z"), ("2024", true, "2024-12-31T23:59:59.999Z"),
        ("2024-02", true, "2024-02-29T23:59:59.999Z"),
        ("2024-02-03T04", true, "2024-02-03T04:59:59.999Z"),
        ("2024-02-03T04:05:06", true, "2024-02-03T04:05:06.999Z"),
    ])
    func math(expression: String, roundingUp: Bool, rendered: String) throws {
        let now = try #require(
            DateFormat.strictDateOptionalTime.parse("2026-03-04T05:06:07.089Z"))
        let date = DateMath.resolve(expression, now: now, roundingUp: roundingUp)
        #expect(date.map(DateFormat.render(milliseconds:)) == rendered)
    }

    @Test func mathInAZone() throws {
        let now = try #require(DateFormat.strictDateOptionalTime.parse("2026-03-04T23:30:00Z"))
        let zone = try #require(DateFormat.zoneOffset("+01:00"))
        let day = DateMath.resolve("now/d", now: now, zoneOffset: zone)
        #expect(day.map(DateFormat.render(milliseconds:)) == "2026-03-04T23:00:00.000Z")
        let date = DateMath.resolve("2026-03-04", now: now, zoneOffset: zone)
        #expect(date.map(DateFormat.render(milliseconds:)) == "2026-03-03T23:00:00.000Z")
        #expect(DateFormat.zoneOffset("Europe/Berlin") == nil)
        #expect(DateFormat.zoneOffset("-0330") == -12_600_000)
    }

    @Test(arguments: [
        "now-", "now7d", "now+1", "now+1q", "now/", "now/7", "2024||d", "x||+1d", "now 1d",
        "now+9999999999d", "||", "", "now/d/",
    ])
    func mathRefuses(expression: String) {
        #expect(DateMath.resolve(expression, now: 0) == nil)
    }

    @Test func mathNeverOverflows() {
        for now in [Int64.min, .max, 0] {
            for unit in ["y", "M", "w", "d", "h", "m", "s"] {
                for step in ["+999999999", "-999999999", "/"] {
                    for roundingUp in [false, true] {
                        let date = DateMath.resolve(
                            "now\(step)\(unit)", now: now, roundingUp: roundingUp,
                            zoneOffset: 3_600_000)
                        if let date { #expect(!DateFormat.render(milliseconds: date).isEmpty) }
                    }
                }
            }
        }
    }
}
