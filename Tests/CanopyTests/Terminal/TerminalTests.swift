import ArgumentParser
import Testing
@testable import canopy

@Suite struct TerminalTests {
    @Test func documentsCannotSteerTheTerminal() {
        #expect("a\u{1B}[2Jb\r\u{7}c\u{9B}31m\u{202E}d".printable == "a [2Jb c 31m d")
        #expect("  two \n\t lines ".printable == "two lines")
        #expect("".printable == "")
        #expect("äöü 日本".printable == "äöü 日本")
        #expect("abcdef".shortened(to: 4) == "abc…")
        #expect("abcd".shortened(to: 4) == "abcd")
    }

    @Test func quantitiesReadWell() {
        #expect(Quantities.count(0) == "0")
        #expect(Quantities.count(1_234_567) == "1,234,567")
        #expect(Quantities.count(-1_000) == "-1,000")
        #expect(Quantities.bytes(Int64(999)) == "999 B")
        #expect(Quantities.bytes(Int64(1_500)) == "1.50 kB")
        #expect(Quantities.bytes(Int64(999_999)) == "1.00 MB")
        #expect(Quantities.duration(seconds: 0.000_001_5) == "1.50 µs")
        #expect(Quantities.duration(seconds: 0.012_34) == "12.3 ms")
        #expect(Quantities.duration(seconds: 0.999_9) == "1.00 s")
        #expect(Quantities.duration(seconds: 61) == "1m 1s")
        #expect(Quantities.duration(seconds: 7_260) == "2h 1m")
        #expect(Quantities.plain(1_500) == "1,500")
        #expect(Quantities.plain(62.50) == "62.5")
        #expect(Quantities.plain(0.1 + 0.2) == "0.3")
        #expect(Quantities.plainDuration(seconds: 0.005) == "5 ms")
        #expect(Quantities.plainDuration(seconds: 0.25) == "250 ms")
        #expect(Quantities.percent(0.1234) == "12.3 %")
        #expect(Quantities.decimal(.nan, significant: 3) == "–")
    }

    @Test func durationsOnTheCommandLine() {
        func seconds(_ text: String) -> Double? {
            DurationArgument(argument: text)?.duration.seconds
        }
        #expect(seconds("500ms") == 0.5)
        #expect(seconds("10s") == 10)
        #expect(seconds("1.5m") == 90)
        #expect(seconds("2h") == 7200)
        #expect(seconds("3") == 3)
        for bad in ["", "s", "-1s", "10x", "nan", "inf", "1e300s"] { #expect(seconds(bad) == nil) }
    }

    @Test func tablesAlign() {
        var table = TextTable(columns: [("name", .left), ("n", .right)])
        table.rows = [["a", "1,000"], ["longer", "2"]]
        #expect(table.rendered() == "name        n\na       1,000\nlonger      2\n")
    }

    @Test func badArgumentsAreExplained() throws {
        func message(_ arguments: [String]) -> String {
            do {
                _ = try LoadCommand.parse(arguments)
                return "accepted"
            } catch {
                return LoadCommand.message(for: error)
            }
        }
        let queries = ["--queries", "q.txt"]
        #expect(message(queries + ["--rate", "5"]) == "accepted")
        #expect(message(queries) == "say either --rate or --ramp")
        #expect(message(queries + ["--rate", "5,x"]).contains("--rate '5,x' is not a list"))
        #expect(message(queries + ["--rate", "5", "--connections", "0"]).contains("--connections"))
        #expect(message(queries + ["--rate", "5", "--url", "ftp://x"]).contains("ftp://x"))
        #expect(message(queries + ["--rate", "5", "--header", "a"]).contains("name: value"))
        #expect(throws: (any Error).self) { try ImportCommand.parse(["a.csv"]) }
        #expect(throws: (any Error).self) {
            try ImportCommand.parse(["a.csv", "-i", "x", "--resume", "--restart"])
        }
    }

    @Test func pathsAreEncoded() {
        #expect(ServerConnection.percentEncoded("a,b*") == "a,b*")
        #expect(ServerConnection.percentEncoded("ä/b c?") == "%C3%A4%2Fb%20c%3F")
    }
}
