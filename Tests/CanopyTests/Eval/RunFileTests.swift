import Foundation
import Testing
@testable import canopy

@Suite struct RunFileTests {
    private func run(_ text: String) throws -> StoredRun {
        let folder = try TemporaryFolder(["r": text])
        return try StoredRun.read(folder.file("r"))
    }

    private func problem(_ text: String) -> String {
        guard let folder = try? TemporaryFolder(["r": text]) else { return "no folder" }
        do {
            return "no problem with \(try StoredRun.read(folder.file("r")))"
        } catch {
            return "\(error)".replacing(folder.path, with: "")
        }
    }

    @Test func scoresAndNamesOrderARun() throws {
        // The rank says otherwise; b and c tie; 1.00000001 is 1 in single precision.
        let read = try run(
            """
            2 Q0 a 1 0.5 mine
            1 Q0 low 1 -3e-2 mine
            1\tQ0\tb\t2\t1\tmine
            1 Q0 c 3 1.00000001 mine
            1 Q0 top 4 7 mine
            """)
        #expect(read.tag == "mine")
        #expect(read.topics == ["2", "1"])
        #expect(read.ranking(of: "1") == ["top", "c", "b", "low"])
        #expect(read.ranking(of: "9").isEmpty)
    }

    @Test func malformedLinesAreNamed() {
        #expect(problem("1 Q0 a 1 2\n").hasPrefix("/r:1: 5 columns; a line of a run is"))
        #expect(problem("1 Q0 a 1 2 t\n1 Q0 b 2 x t\n") == "/r:2: the score 'x' is no number")
        #expect(problem("1 Q0 a 1 nan t\n") == "/r:1: the score 'nan' is no number")
        #expect(
            problem("1 Q0 a 1 2 t\n2 Q0 a 1 2 t\n1 Q0 a 2 1 t\n")
                == "/r:3: document a stands at line 1 already for topic 1; remove one of the two")
        #expect(problem("\n").hasPrefix("/r holds no line"))
    }

    @Test func writtenScoresKeepTheOrder() {
        #expect(RunScores.decreasing([3, 2.5, 0.125]) == [3, 2.5, 0.125])
        let ties = RunScores.decreasing([2, 2, 2, 1])
        #expect(ties[0] == 2 && ties[3] == 1)
        #expect(ties[1] == Double(Float(2).nextDown))
        #expect(ties[2] == Double(Float(2).nextDown.nextDown))
        // Two scores that single precision cannot tell apart, zeros, and an order by a field.
        #expect(RunScores.decreasing([1 + 1e-12, 1]) == [1 + 1e-12, Double(Float(1).nextDown)])
        #expect(RunScores.decreasing([nil, nil, nil]) == [3, 2, 1])
        for scores in [[0.0, 0, 0], [1, 2, 3], [1e300, 5, 5], [-1, -1, -0.5]] {
            let written = RunScores.decreasing(scores).map { Float($0) }
            #expect(zip(written, written.dropFirst()).allSatisfy { $0 > $1 }, "\(scores)")
        }
    }

    @Test func whatIsWrittenIsReadInTheSameOrder() throws {
        var random = SeededGenerator(seed: 5)
        let folder = try TemporaryFolder()
        let path = folder.file("out.run")
        let writer = try RunFileWriter(path: path, tag: "tag")
        var expected: [Identifier: [Identifier]] = [:]
        for number in 0..<20 {
            // Few different scores, so that most tie; names in no order.
            let hits = (0..<200).map { _ in Double(random.next() % 16) * 0.25 }.sorted(by: >)
                .enumerated().map { index, score in
                    RankedHit(
                        document: Identifier("d\(random.next() % 1000)-\(index)"), score: score)
                }
            let topic = Identifier("t\(number)")
            expected[topic] = hits.map(\.document)
            try writer.append(hits, for: topic)
        }
        try writer.append([], for: "nothing")
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.finish()
        let read = try StoredRun.read(path)
        #expect(read.tag == "tag")
        #expect(read.topics.count == 20)
        for (topic, ranking) in expected { #expect(read.ranking(of: topic) == ranking) }
    }

    @Test func whatARunFileCannotHoldIsRefused() throws {
        let folder = try TemporaryFolder()
        #expect { try RunFileWriter(path: folder.file("a"), tag: "two words") } throws: {
            "\($0)".contains("'two words' of a run must be one word (--tag)")
        }
        #expect { try RunFileWriter(path: folder.file("no/such/a"), tag: "t") } throws: {
            "\($0)".contains("cannot write")
        }
        let path = folder.file("b")
        do {
            let writer = try RunFileWriter(path: path, tag: "t")
            #expect {
                try writer.append([RankedHit(document: "a b", score: 1)], for: "1")
            } throws: {
                "\($0)".contains("document 'a b' is empty or holds white space")
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}
