import Testing
@testable import canopy

@Suite struct TopicTests {
    private func topics(_ text: String, part: TopicPart = .title) throws -> [Topic] {
        let folder = try TemporaryFolder(["t": text])
        return try TopicFile.read(folder.file("t"), part: part)
    }

    /// What is wrong with a file of topics, from its name on.
    private func problem(_ text: String, part: TopicPart = .title) -> String {
        guard let folder = try? TemporaryFolder(["t": text]) else { return "no folder" }
        do {
            return "no problem with \(try TopicFile.read(folder.file("t"), part: part))"
        } catch {
            return "\(error)".replacing(folder.path, with: "")
        }
    }

    @Test func tabsSeparateIdAndQuery() throws {
        let read = try topics("\u{FEFF}7\tfirst words \r\n\n q2 \tsecond\n")
        #expect(read == [Topic(id: "7", text: "first words"), Topic(id: "q2", text: "second")])
    }

    @Test func aFirstLineMayNameTheColumns() throws {
        let read = try topics("id\tlang\tquery\nq1\ten\tlist of words\nq2\tde\tWörter\n")
        #expect(read.map(\.text) == ["list of words", "Wörter"])
        #expect(try topics("Query\tQID\na b\t9\n") == [Topic(id: "9", text: "a b")])
        // A single column, and a header that names only one of the two.
        #expect(problem("words only\n").hasPrefix("/t:1: expected id<TAB>query and found 1 column"))
        #expect(problem("id\tlang\tsomething\n").contains("found 3 columns"))
        #expect(problem("1\ta\n2\tb\tc\n").hasPrefix("/t:2: 3 columns between tabs where"))
    }

    @Test func jsonLinesAreRead() throws {
        let read = try topics(
            """
            {"_id": "PLAIN-2", "text": "a \\"b\\"", "metadata": {}}

            {"id": 4, "query": "c"}
            """)
        #expect(read == [Topic(id: "PLAIN-2", text: "a \"b\""), Topic(id: "4", text: "c")])
        #expect(problem("{\"id\":\"1\",\"text\":\"a\"}\n{\"id\":\"2\"").hasPrefix("/t:2:"))
        #expect(problem("{\"text\":\"a\"}").contains("/t:1: the object has no \"id\""))
        #expect(problem("{\"id\":\"a\",\"body\":\"b\"}").contains("topic a has no text \"text\""))
    }

    private static let trec = """
        <top>

        <num> Number: 051
        <title> Topic: Airbus   subsidies
        <desc> Description:
        Documents on aid when x < y
        and a<b.
        <narr> Narrative:
        None.
        </top>
        <top><num>702</num><title>dogs &amp; cats</title>
        <desc>Both.</desc></top>
        """

    @Test func trecsTopicsAreRead() throws {
        #expect(
            try topics(Self.trec) == [
                Topic(id: "51", text: "Airbus subsidies"),
                Topic(id: "702", text: "dogs &amp; cats"),
            ])
        let descriptions = try topics(Self.trec, part: .description)
        #expect(descriptions.map(\.text) == ["Documents on aid when x < y and a<b.", "Both."])
        #expect(
            try topics(Self.trec, part: .titleAndDescription).last?.text == "dogs &amp; cats Both.")
        #expect(
            problem(Self.trec, part: .narrative).hasPrefix(
                "/t:11: topic 702 has no text in <narr>; --topic-part"))
    }

    @Test func brokenTrecTopicsAreNamed() {
        #expect(
            problem("\n<top>\n<num> 1\n<title> a\n") == "/t:2: the topic has no </top>")
        #expect(
            problem("<top>\n<num> 1\n<top>\n</top>\n")
                == "/t:3: the topic that begins at line 1 has no </top>")
        #expect(problem("<top>\n<title> a\n</top>\n") == "/t:1: the topic has no <num>")
    }

    @Test func emptyFilesAndDoubleTopicsAreRefused() {
        #expect(problem("\n \n").hasPrefix("/t holds no topic"))
        #expect(problem("<!-- nothing -->\n").hasPrefix("/t holds no topic"))
        #expect(
            problem("1\ta\n2\tb\n1\tc\n")
                == "/t:3: topic 1 stands at line 1 already; remove one of the two")
        #expect(problem("1\t \n") == "/t:1: topic 1 has no text to search for")
        #expect(problem(" \ta\n") == "/t:1: the topic has no id")
    }

    @Test func filesThatAreNoTextAreRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write("t", .init([0x31, 0x09, 0xE9, 0x0A]))
        #expect { try TopicFile.read(folder.file("t")) } throws: {
            "\($0)".contains("/t:1: the line is not UTF-8; `iconv")
        }
        #expect { try TopicFile.read(folder.path) } throws: { "\($0)".contains("is a folder") }
        #expect { try TopicFile.read(folder.file("absent")) } throws: {
            "\($0)".contains("absent")
        }
    }
}
