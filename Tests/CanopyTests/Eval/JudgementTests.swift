import Testing
@testable import canopy

@Suite struct JudgementTests {
    private func judgements(_ text: String) throws -> Judgements {
        let folder = try TemporaryFolder(["q": text])
        return try JudgementFile.read(folder.file("q"))
    }

    private func problem(_ text: String) -> String {
        guard let folder = try? TemporaryFolder(["q": text]) else { return "no folder" }
        do {
            return "no problem with \(try JudgementFile.read(folder.file("q")))"
        } catch {
            return "\(error)".replacing(folder.path, with: "")
        }
    }

    @Test func trecsFourColumnsAreRead() throws {
        let read = try judgements("q2 0 en/a.md 2\n\nq1\t0  b   0\nq2 Q0 c -1\r\n")
        #expect(read.topics == ["q2", "q1"])
        #expect(read["q2"] == ["en/a.md": 2, "c": -1])
        #expect(read["q1"] == ["b": 0])
        #expect(read["q3"] == nil)
    }

    @Test func beirsThreeColumnsAreRead() throws {
        let read = try judgements("query-id\tcorpus-id\tscore\n1\ta document\t1\n2\tb\t2\n")
        #expect(read.topics == ["1", "2"])
        #expect(read["1"] == ["a document": 1])
        #expect(try judgements("1\tb\t2\n")["1"] == ["b": 2])
    }

    @Test func malformedLinesAreNamed() {
        #expect(problem("1 0 a 1\n1 0 b\n").hasPrefix("/q:2: 3 columns where the first line has 4"))
        #expect(problem("1\ta\t1\n1 0 b 1\n").hasPrefix("/q:2: expected topic<TAB>document<TAB>"))
        #expect(problem("1 0 a 1.5\n").hasPrefix("/q:1: the grade '1.5' is no whole number"))
        #expect(problem("1 0 a 9999999\n").hasPrefix("/q:1: the grade '9999999' is no whole"))
        #expect(problem("h\th\th\n1\ta\tgood\n").hasPrefix("/q:2: the grade 'good' is no whole"))
        #expect(problem("one two\n").hasPrefix("/q:1: expected 'topic 0 document grade' or"))
        #expect(problem("\n").hasPrefix("/q holds no judgement"))
        #expect(
            problem("1 0 a 1\n2 0 a 1\n1 0 a 0\n")
                == "/q:3: document a is judged twice for topic 1; remove one of the two")
    }

    @Test func namesAreBytes() throws {
        let read = try judgements("1 0 caf\u{E9} 1\n1 0 cafe\u{301} 2\n")
        #expect(read["1"]?.count == 2)
        #expect(read["1"]?[Identifier("caf\u{E9}")] == 1)
        // By bytes "Z" < "a" < "é" (C3 A9) < "中" (E4 …); strings would put "é" after "e".
        let names: [Identifier] = ["中", "é", "a", "Z", "z", "é"]
        #expect(names.sorted().map(\.text) == ["Z", "a", "z", "é", "é", "中"])
    }

    @Test func topicsAreSelectedByTheirJudgements() throws {
        let judgements = try judgements("1 0 a 1\n2 0 a 0\n4 0 b 1\n")
        let topics = ["3", "2", "1"].map { Topic(id: Identifier($0), text: "words") }
        let selection = try TopicSelection(
            topics: topics, judgements: judgements, topicFile: "t", judgementFile: "q")
        #expect(selection.counted.map(\.id) == ["2", "1"])
        #expect(selection.withoutJudgements == ["3"])
        #expect(selection.withoutTopic == ["4"])
        #expect(selection.withoutRelevant == ["2"])
        let all = try TopicSelection(
            topics: nil, judgements: judgements, topicFile: "q", judgementFile: "q")
        #expect(all.counted.map(\.id) == ["1", "2", "4"])
        #expect {
            try TopicSelection(
                topics: [Topic(id: "q1", text: "a")], judgements: judgements, topicFile: "t.tsv",
                judgementFile: "q.txt")
        } throws: {
            "\($0)"
                == "no topic of t.tsv has a judgement in q.txt: the topics are named q1, the "
                + "judgements are of 1, 2, 4. Are they of one collection?"
        }
    }
}
