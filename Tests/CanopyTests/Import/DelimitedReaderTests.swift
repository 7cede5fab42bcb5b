import Testing
@testable import canopy

@Suite struct DelimitedReaderTests {
    private func read(
        _ text: String, _ dialect: DelimitedDialect = .csv, names: [String]? = nil,
        idField: String? = nil
    ) throws -> [ReadRecord] {
        let folder = try TemporaryFolder()
        var reader = try DelimitedReader(
            try lines(text, in: folder, name: "t"), dialect: dialect, names: names, idField: idField
        )
        return try readAll(&reader)
    }

    @Test func quotesHoldEverything() throws {
        let text = """
            id,note
            1,"a ""b"", c"
            2,"two
            lines"
            3,plain "middle" quotes

            4,"last"
            """
        let records = try read(text)
        #expect(
            records.map(\.document) == [
                #"{"id":1,"note":"a \"b\", c"}"#, #"{"id":2,"note":"two\nlines"}"#,
                #"{"id":3,"note":"plain \"middle\" quotes"}"#, #"{"id":4,"note":"last"}"#,
            ])
        #expect(records.map(\.id) == ["1", "2", "3", "4"])
        #expect(records.map(\.line) == [2, 3, 5, 7])
    }

    @Test func typesComeFromTheSample() throws {
        let text = """
            n,price,flag,day,zip,word
            1,1.5,true,2026-01-02,01234,a
            -20,3,false,2026-01-02T03:04:05Z,99999,b
            ,,,,,
            """
        let records = try read(text)
        #expect(
            records.map(\.document) == [
                #"{"n":1,"price":1.5,"flag":true,"day":"2026-01-02","zip":"01234","word":"a"}"#,
                #"{"n":-20,"price":3,"flag":false,"day":"2026-01-02T03:04:05Z","#
                    + #""zip":"99999","word":"b"}"#,
                "{}",
            ])
    }

    @Test func typesAreInferredNarrowly() {
        #expect(ColumnType.infer(["1", "-2", ""]) == .integer)
        #expect(ColumnType.infer(["1", "2.50"]) == .real)
        #expect(ColumnType.infer(["007"]) == .text)
        #expect(ColumnType.infer(["99999999999999999999"]) == .real)
        #expect(ColumnType.infer(["true", "false"]) == .boolean)
        #expect(ColumnType.infer(["2026-01-02", "2026-01-02T10:00"]) == .date)
        #expect(ColumnType.infer(["2026-1-2"]) == .text)
        #expect(ColumnType.infer(["", ""]) == .text)
        #expect(ColumnType.infer([String(repeating: "word ", count: 100)]) == .prose)
        #expect(ColumnType.infer(["1e5", "nan"]) == .text)
    }

    @Test func rowsOfAnotherLengthAreRefused() throws {
        let records = try read("a,b\n1,2\n1\n1,2,3\n4,5\n")
        #expect(records.map(\.isMalformed) == [false, true, true, false])
        #expect(records[1].document == "the row has 1 cells, the header 2")
        #expect(records[1].line == 3)
    }

    @Test func anUnclosedQuoteIsNamed() throws {
        let records = try read("a\n1\n\"open\nforever\n")
        #expect(
            records.last
                == ReadRecord(
                    line: 3, id: "", document: "a quoted cell is never closed", isMalformed: true))
    }

    @Test func tabsAndGivenNames() throws {
        let records = try read(
            "7\tsay \"hi\"\n8\tx\n", .tsv, names: ["key", "text"], idField: "key")
        #expect(
            records.map(\.document) == [
                #"{"key":7,"text":"say \"hi\""}"#, #"{"key":8,"text":"x"}"#,
            ])
        #expect(records.map(\.id) == ["7", "8"])
    }

    @Test func headersAreChecked() throws {
        #expect(throws: ImportError.self) { try read("a,a\n1,2\n") }
        #expect(throws: ImportError.self) { try read("a,\n1,2\n") }
        #expect(throws: ImportError.self) { try read("") }
        #expect(throws: ImportError.self) { try read("a\n1\n", idField: "b") }
        #expect(try read("\u{FEFF}a,b\r\n1,2\r\n").first?.document == #"{"a":1,"b":2}"#)
    }

    @Test func skippingWorksInsideAndBehindTheSample() throws {
        let folder = try TemporaryFolder()
        let text = "id,t\n" + (1...2_500).map { "\($0),\"a\nb\"\n" }.joined()
        var record = ImportRecord()
        for taken in [0, 1, 999, 1_000, 1_001, 2_499, 2_500] {
            var first = try DelimitedReader(
                try lines(text, in: folder, name: "t"), dialect: .csv, names: nil, idField: nil)
            for _ in 0..<taken { _ = try first.next(into: &record) }
            var second = try DelimitedReader(
                try lines(text, in: folder, name: "t"), dialect: .csv, names: nil, idField: nil)
            try second.skip(to: first.position)
            let rest = try readAll(&second)
            #expect(rest.count == 2_500 - taken)
            #expect(rest.first?.id == (taken < 2_500 ? "\(taken + 1)" : nil))
        }
    }
}
