import Analysis
import Testing
@testable import canopy

@Suite struct EvalCommandTests {
    private func message(_ arguments: [String]) -> String {
        do {
            _ = try EvalCommand.parse(arguments)
            return "accepted"
        } catch {
            return EvalCommand.message(for: error)
        }
    }

    private static let asked = ["-i", "wiki", "--topics", "t.tsv", "--qrels", "q.txt"]
    private static let stored = ["--from-run", "a.run", "--qrels", "q.txt"]

    @Test func argumentsAreChecked() {
        #expect(message(Self.asked) == "accepted")
        #expect(message(Self.stored) == "accepted")
        let body = #"{"a":"{{query}}{{b}}"}"#
        for good in [
            ["--against", "other"], ["--against-url", "http://127.0.0.1:9201"],
            ["--against-run", "b.run"], ["--fields", "a,b^2", "--against-fields", "a"],
            ["--template", body, "--parameters", "b=1", "c=2", "--against-parameters", "b=2"],
            ["--depth", "5", "--measures", "ndcg@5"], ["--fail-below", "ndcg@10=0.4"],
        ] {
            #expect(message(Self.asked + good) == "accepted", "\(good)")
        }
        for (arguments, words) in [
            (["--qrels", "q.txt"], "say either --index or --from-run"),
            (Self.asked + ["--from-run", "a"], "say either --index or --from-run"),
            (["-i", "wiki", "--qrels", "q.txt"], "say --topics"),
            (Self.stored + ["--against", "wiki"], "say --topics"),
            (Self.stored + ["--against-fields", "a"], "say --against INDEX"),
            (Self.stored + ["--run", "x"], "--from-run asks nothing"),
            (Self.stored + ["--fields", "x"], "--from-run asks nothing"),
            (Self.asked + ["--fields", "a", "--template", "t"], "either --fields or --template"),
            (Self.asked + ["--against", "wiki"], "the second system is the first one"),
            (Self.asked + ["--against-run", "b", "--against", "c"], "with no other --against"),
            (Self.asked + ["--against-url", "ftp://x"], "--against-url 'ftp://x' is not an"),
            (Self.asked + ["--parameters", "a=1"], "the parameter 'a=1' needs a --template"),
            (Self.asked + ["--parameters", "a"], "--parameters 'a' is not of the form name=value"),
            (Self.asked + ["--depth", "0"], "--depth must be between"),
            (Self.asked + ["--depth", "10001"], "--depth must be between"),
            (Self.asked + ["--concurrency", "0"], "--concurrency must be between"),
            (Self.asked + ["--permutations", "5"], "--permutations must be between"),
            (Self.asked + ["--measures", "map,x"], "--measures 'map,x' is not a list"),
            (Self.asked + ["--fail-below", "map"], "--fail-below 'map' is not of the form"),
            (
                Self.asked + ["--depth", "9", "--measures", "p@10"],
                "P@10 looks at more hits than the 9 of a topic; --depth 10"
            ),
            (Self.asked + ["--fail-below", "r@5000=0.1"], "than the 1000 of a topic"),
        ] {
            #expect(message(arguments).contains(words), "\(arguments): \(message(arguments))")
        }
    }

    @Test func theSecondSystemIsLikeTheFirst() throws {
        let command = try EvalCommand.parse(
            Self.asked + ["--fields", "a, b^2", "--url", "http://h:1", "--against", "other"])
        let (first, second) = try command.systemArguments()
        #expect(first.fields == ["a", "b^2"])
        #expect(second?.index == "other")
        #expect(second?.fields == first.fields && second?.url == "http://h:1")
        let connection = ServerConnection(command.server, url: second?.url)
        let system = try second?.system(connection: connection, depth: 10)
        #expect(system?.description == "other at http://h:1, fields a, b^2")
        #expect(system?.isAsked == true)
        let stored = try EvalCommand.parse(Self.stored + ["--against-run", "b.run"])
        #expect(try stored.systemArguments().second?.run == "b.run")
    }

    @Test func measuresFitTheDepth() throws {
        func keys(_ arguments: [String]) throws -> [String] {
            let command = try EvalCommand.parse(arguments)
            return try command.chosenMeasures(limits: try command.limits()).map(\.key)
        }
        let all = ["map", "ndcg@10", "rr@10", "p@5", "p@10", "r@100", "r@1000", "judged@10"]
        #expect(try keys(Self.asked) == all)
        #expect(try keys(Self.stored) == all)
        #expect(try keys(Self.asked + ["--depth", "7"]) == ["map", "p@5"])
        #expect(
            try keys(Self.asked + ["--measures", "map", "--fail-below", "rr@5=0.1"])
                == ["map", "rr@5"])
    }

    /// Two topics with hits, one without, one nobody judged, one nobody asked for.
    private func result(
        _ arguments: [String], in folder: TemporaryFolder
    ) async throws -> EvalResult {
        let command = try EvalCommand.parse(
            [
                "--from-run", folder.file("a.run"), "--qrels", folder.file("q"), "--topics",
                folder.file("t"),
            ] + arguments)
        let limits = try command.limits()
        let plan = try command.plan(limits: limits)
        var evaluations: [Evaluation] = []
        for system in plan.systems {
            evaluations.append(
                try await plan.evaluate(
                    system, writer: nil, progress: EvalProgress(), clock: SteadyClock()))
        }
        return EvalResult(
            plan: plan, evaluations: evaluations, permutations: command.permutations,
            seed: command.seed, limits: limits)
    }

    private static let collection = [
        "t": "1\tone\n2\ttwo\n3\tthree\n4\tfour\n", "q": "1 0 a 1\n2 0 b 2\n3 0 c 1\n9 0 d 1\n",
        "a.run": "1 Q0 a 1 9 A\n2 Q0 x 1 9 A\n2 Q0 b 2 8 A\n4 Q0 c 1 9 A\n",
        "b.run": "1 Q0 x 1 9 B\n1 Q0 a 2 8 B\n2 Q0 x 1 9 B\n2 Q0 b 2 8 B\n3 Q0 c 1 7 B\n",
    ]

    @Test func oneRunIsReported() async throws {
        let folder = try TemporaryFolder(Self.collection)
        let found = try await result(
            ["--measures", "map,p@5", "--fail-below", "map=0.6", "--fail-below", "p@5=0.1"],
            in: folder)
        let report = EvalReportText(style: .plain, showsTopics: true)
        #expect(
            report.text(found).replacing(folder.path, with: "") == """
                /a.run
                3 topics, all hits

                measure    mean
                MAP      0.5000
                P@5      0.1333

                topic  hits     MAP     P@5
                1         1  1.0000  0.2000
                2         2  0.5000  0.2000
                3         0  0.0000  0.0000

                1 topic has no judgements and is left out: 4
                1 topic is judged and was not asked for: 9
                1 topic has no hits and counts as 0: 3

                """)
        #expect(
            EvalReportText.shortfalls(found)
                == "error: MAP is 0.500000, below the 0.6 of --fail-below\n")
        let json = try JSONParser.parse(EvalReportJSON.encoded(found, showsTopics: false))
        #expect(json["topics"]?.integerValue == 3)
        #expect(json["depth"]?.isNull == true && json["comparison"]?.isNull == true)
        #expect(json["without_judgements"]?.description == #"["4"]"#)
        #expect(json["systems"]?.arrayValue?[0]["measures"]?["map"]?.doubleValue == 0.5)
        #expect(
            json["below"]?.description == #"[{"measure":"map","mean":0.5,"least":0.6}]"#)
        #expect(json["per_topic"] == nil)
    }

    @Test func twoRunsAreCompared() async throws {
        let folder = try TemporaryFolder(Self.collection)
        let found = try await result(
            ["--measures", "map", "--against-run", folder.file("b.run")], in: folder)
        let report = EvalReportText(style: .plain, showsTopics: true)
        let text = report.text(found).replacing(folder.path, with: "")
        #expect(
            text.hasPrefix(
                """
                A  /a.run
                B  /b.run
                3 topics, all hits

                measure       A       B    A - B   change  A better  same  B better  p (t test)\
                  p (randomisation)
                MAP      0.5000  0.6667  -0.1667  -25.0 %         1     1         1      0.7418\
                             1.0000
                two-sided, paired by topic; 10,000 permutations, seed 1

                topic  hits     MAP    A - B
                1         1  1.0000  +0.5000
                2         2  0.5000   0.0000
                3         0  0.0000  -1.0000

                """), "\(text)")
        let json = try JSONParser.parse(EvalReportJSON.encoded(found, showsTopics: true))
        let row = json["comparison"]?["measures"]?["map"]
        #expect(row?["wins"]?.integerValue == 1 && row?["losses"]?.integerValue == 1)
        #expect(abs((row?["relative_change"]?.doubleValue ?? 0) + 0.25) < 1e-12)
        #expect(row?["p_randomisation"]?.doubleValue == 1)
        let topic = json["per_topic"]?.arrayValue?[2]
        #expect(topic?["topic"]?.stringValue == "3")
        #expect(topic?["systems"]?.arrayValue?[1]["measures"]?["map"]?.doubleValue == 1)
    }

    @Test func theDepthCutsARun() async throws {
        let folder = try TemporaryFolder(Self.collection)
        let found = try await result(["--measures", "map", "--depth", "1"], in: folder)
        #expect(found.systems[0].evaluation.column(of: Measure(.map)) == [1, 0, 0])
        #expect(found.systems[0].evaluation.hitCounts == [1, 1, 0])
    }
}
