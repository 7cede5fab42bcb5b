// Transcripts of the scatter's decisions: events in, actions out.

import Analysis
import Cluster
import Queries
import Testing

@testable import Root

private let ant = TermKey(field: "body", term: Term("ant"))

private func statistics(_ documents: Int64, _ ants: Int64) -> CollectionStatistics {
    CollectionStatistics(
        fields: ["body": FieldCounts(documentCount: documents, totalTermFrequency: 10 * documents)],
        terms: [ant: ants])
}

private func scoring() -> ShardQuery {
    ShardQuery(query: .term(field: "body", term: Term("ant"), boost: 1), count: 10)
}

private let like = TermExpansion(
    field: "body",
    pattern: .fuzzy(
        FuzzyWord(word: Term("ant"), distance: 1, prefixLength: 0, transpositions: true)),
    limit: 2)

/// Candidates as a leaf reports them, with their frequencies.
private func candidates(_ terms: (String, Int, Int64)...) -> CollectionStatistics {
    CollectionStatistics(expansions: [
        like: ExpandedTerms(
            terms.map { ExpandedTerm(term: Term($0), edits: $1, documentFrequency: $2) })
    ])
}

private func firstCopies(_ copies: [[LeafNode]]) -> [LeafNode] { copies.map { $0[0] } }

/// A scatter over so many leaves with two shards each, and its transcript.
private struct Script {
    var machine: ScatterGatherStateMachine
    var lines: [String] = []

    init(
        leaves: Int, query: ShardQuery = scoring(), belief: CollectionStatistics? = nil,
        mayRestart: Bool = true, schemaVersion: Int64 = 5
    ) {
        let nodes = (0..<leaves).map {
            LeafNode(name: "leaf-\($0)", address: NodeAddress("leaf-\($0)"))
        }
        var schema = Schema()
        schema.version = schemaVersion
        let index = IndexMetadata(
            name: "books", uuid: "uuid", shardCount: 2 * max(1, leaves), schema: schema,
            created: 0)
        machine = ScatterGatherStateMachine(
            plan: ScatterPlan(
                index: index,
                copies: RoutingTable(leaves: nodes).copies(
                    indexUUID: "uuid", shardCount: index.shardCount),
                choose: firstCopies), query: query,
            belief: belief, mayRestart: mayRestart)
        record("start", machine.start())
    }

    var isOver: Bool { machine.ending == .gathered(isExact: true) }

    mutating func answer(
        _ target: Int, _ own: CollectionStatistics = CollectionStatistics(),
        schemaVersion: Int64 = 5
    ) {
        let slots = Dictionary(
            uniqueKeysWithValues: machine.plan.targets[target].shards.map { ($0, Int64(1)) })
        let response = LeafSearchResponse(
            statistics: own, slots: slots, schemaVersion: schemaVersion, pin: UInt64(100 + target))
        record(
            "\(target) answers",
            machine.handle(.answered(target: target, response), choose: firstCopies))
    }

    mutating func fail(_ target: Int, _ type: String = "node_not_connected_exception") {
        let error = RemoteError(type: type, reason: "gone", status: 503)
        record(
            "\(target) fails", machine.handle(.failed(target: target, error), choose: firstCopies))
    }

    mutating func deadline() {
        record("deadline", machine.handle(.deadlinePassed, choose: firstCopies))
    }

    private mutating func record(
        _ event: String, _ actions: [ScatterGatherStateMachine.Action]
    ) {
        lines.append(event)
        for action in actions {
            switch action {
            case .send(let target, let statistics, let pin):
                let what = statistics.map { sent in
                    sent.fields.isEmpty
                        ? "nothing"
                        : "N=\(sent.fields["body"]?.documentCount ?? 0) df=\(sent.terms[ant] ?? 0)"
                }
                lines.append(
                    "  ask \(target) with \(what ?? "a question")"
                        + (pin.map { " at pin \($0)" } ?? ""))
            case .finish(.gathered(let isExact)):
                lines.append("  done, " + (isExact ? "exact" : "not exact"))
            case .finish(.pinLost): lines.append("  again: a pin is lost")
            case .finish(.schemaIsNewer(let version)): lines.append("  again: mapping \(version)")
            }
        }
    }

    var transcript: String { lines.joined(separator: "\n") }
}

@Suite struct ScatterStateMachineTests {
    @Test func termsOfAnExpansionAreSettledLikeFrequencies() {
        let query = ShardQuery(
            query: .constantScore(.expanded(like, boost: 1), boost: 1), count: 10)
        var script = Script(leaves: 2, query: query)
        #expect(script.machine.sent == nil)
        // Neither leaf alone would take what both together do.
        let first = candidates(("ants", 1, 3), ("any", 1, 4), ("art", 1, 1))
        let second = candidates(("ants", 1, 3), ("any", 1, 1), ("ant", 0, 1))
        script.answer(0, first)
        script.answer(1, second)
        let best = candidates(("ant", 0, 1), ("ants", 1, 6))
        #expect(script.machine.sent == best && script.machine.trips == 2)
        script.answer(1, second)
        script.answer(0, first)
        #expect(script.isOver && script.machine.trips == 2)

        var known = Script(leaves: 2, query: query, belief: best)
        known.answer(0, first)
        // One more document with a term that is not taken: the same answer still.
        known.answer(1, candidates(("ants", 1, 3), ("any", 1, 2), ("ant", 0, 1)))
        #expect(known.isOver && known.machine.trips == 1)

        var stale = Script(leaves: 1, query: query, belief: candidates(("ant", 0, 1)))
        stale.answer(0, first)
        #expect(!stale.isOver && stale.machine.trips == 2)
        stale.answer(0, first)
        #expect(stale.isOver)
    }

    @Test func rightBeliefTakesOneTrip() {
        var script = Script(leaves: 2, belief: statistics(7, 3))
        script.answer(1, statistics(4, 2))
        script.answer(0, statistics(3, 1))
        #expect(
            script.transcript == """
                start
                  ask 0 with N=7 df=3
                  ask 1 with N=7 df=3
                1 answers
                0 answers
                  done, exact
                """)
        #expect(script.machine.trips == 1)
        #expect(script.machine.failures.isEmpty)
    }

    @Test func unknownTermsAreAskedForFirst() {
        var script = Script(leaves: 2)
        script.answer(0, statistics(3, 1))
        script.answer(1, statistics(4, 2))
        script.answer(0, statistics(3, 1))
        script.answer(1, statistics(4, 2))
        #expect(
            script.transcript == """
                start
                  ask 0 with a question
                  ask 1 with a question
                0 answers
                1 answers
                  ask 0 with N=7 df=3 at pin 100
                  ask 1 with N=7 df=3 at pin 101
                0 answers
                1 answers
                  done, exact
                """)
    }

    @Test func staleBeliefTakesAnotherTrip() {
        var script = Script(leaves: 1, belief: statistics(6, 3))
        script.answer(0, statistics(7, 3))
        script.answer(0, statistics(7, 3))
        #expect(
            script.transcript == """
                start
                  ask 0 with N=6 df=3
                0 answers
                  ask 0 with N=7 df=3 at pin 100
                0 answers
                  done, exact
                """)
    }

    @Test func aLeafLostOnTheWayTakesAThird() {
        var script = Script(leaves: 3, belief: nil)
        for target in 0..<3 { script.answer(target, statistics(2, 1)) }
        script.answer(0, statistics(2, 1))
        script.fail(1)
        script.answer(2, statistics(2, 1))
        script.answer(0, statistics(2, 1))
        script.answer(2, statistics(2, 1))
        #expect(
            script.transcript == """
                start
                  ask 0 with a question
                  ask 1 with a question
                  ask 2 with a question
                0 answers
                1 answers
                2 answers
                  ask 0 with N=6 df=3 at pin 100
                  ask 1 with N=6 df=3 at pin 101
                  ask 2 with N=6 df=3 at pin 102
                0 answers
                1 fails
                2 answers
                  ask 0 with N=4 df=2 at pin 100
                  ask 2 with N=4 df=2 at pin 102
                0 answers
                2 answers
                  done, exact
                """)
        #expect(script.machine.failures.map(\.node) == ["leaf-1", "leaf-1"])
    }

    @Test func itNeverGoesOnForEver() {
        var script = Script(leaves: 2, belief: statistics(1, 1))
        // Numbers that never settle, as no honest pin produces.
        for round in 1...4 {
            script.answer(0, statistics(Int64(10 + round), 1))
            script.answer(1, statistics(1, 1))
        }
        #expect(script.machine.trips == ScatterGatherStateMachine.maximumTrips)
        #expect(script.machine.ending == .gathered(isExact: false))
    }

    @Test func withoutScoringThereIsOneTrip() {
        let query = ShardQuery(query: .matchAll(boost: 1), count: 10)
        var script = Script(leaves: 1, query: query)
        script.answer(0)
        #expect(
            script.transcript == """
                start
                  ask 0 with nothing
                0 answers
                  done, exact
                """)
    }

    @Test func theDeadlineEndsIt() {
        var script = Script(leaves: 2, belief: statistics(7, 3))
        script.answer(0, statistics(3, 1))
        script.deadline()
        script.answer(1, statistics(4, 2))
        #expect(
            script.transcript == """
                start
                  ask 0 with N=7 df=3
                  ask 1 with N=7 df=3
                0 answers
                deadline
                  done, not exact
                1 answers
                """)
        #expect(
            script.machine.failures.map(\.type) == Array(repeating: "timeout_exception", count: 2))
        #expect(script.machine.responses[0] != nil && script.machine.responses[1] == nil)
    }

    /// A leaf that was asked for statistics alone brought no hits: its shards are missing.
    @Test func aDeadlineInTheTripForStatisticsLosesEverything() {
        var script = Script(leaves: 2, belief: nil)
        script.answer(0, statistics(3, 1))
        script.deadline()
        #expect(
            script.machine.failures.map(\.type) == Array(repeating: "timeout_exception", count: 4))
        #expect(script.machine.responses.allSatisfy { $0 == nil })
        #expect(script.machine.abandoned.map(\.pin) == [100])
        #expect(script.machine.ending == .gathered(isExact: false))
    }

    @Test func answersOfAnEarlierTripAreNotMixedIn() {
        var script = Script(leaves: 2, belief: statistics(6, 3))
        script.answer(0, statistics(3, 1))
        script.answer(1, statistics(4, 2))
        script.answer(0, statistics(3, 1))
        script.deadline()
        // Leaf 1 answered the first trip, with other statistics: its hits must not be used.
        #expect(script.machine.responses[1] == nil)
        #expect(script.machine.failures.count == 2)
    }

    @Test func aLostPinStartsAnew() {
        var script = Script(leaves: 2, belief: statistics(6, 3))
        script.answer(0, statistics(3, 1))
        script.answer(1, statistics(4, 2))
        script.fail(0, RemoteError.missingPinType)
        script.answer(1, statistics(4, 2))
        #expect(script.machine.ending == .pinLost)
        var last = Script(leaves: 1, belief: statistics(6, 3), mayRestart: false)
        last.answer(0, statistics(3, 1))
        last.fail(0, RemoteError.missingPinType)
        #expect(last.machine.ending == .gathered(isExact: false))
        #expect(last.machine.failures.count == 2)
    }

    @Test func aNewerMappingStartsAnew() {
        var script = Script(leaves: 1, belief: statistics(3, 1))
        script.answer(0, statistics(3, 1), schemaVersion: 6)
        #expect(script.machine.ending == .schemaIsNewer(version: 6))
        var last = Script(leaves: 1, belief: statistics(3, 1), mayRestart: false)
        last.answer(0, statistics(3, 1), schemaVersion: 6)
        #expect(last.machine.ending == .gathered(isExact: true))
    }

    @Test func everybodyFailing() {
        var script = Script(leaves: 2, belief: statistics(7, 3))
        script.fail(0)
        script.fail(1)
        #expect(script.machine.failures.map(\.shard) == [0, 1, 2, 3])
        #expect(script.machine.errors.count == 2)
        let nobody = Script(leaves: 0)
        #expect(nobody.lines.count == 2)
        #expect(
            nobody.machine.failures.map(\.type) == [
                RemoteError.noShardType, RemoteError.noShardType,
            ])
    }

    @Test func strayEventsChangeNothing() {
        var script = Script(leaves: 1, belief: statistics(3, 1))
        script.answer(0, statistics(3, 1))
        script.fail(0)
        script.deadline()
        #expect(script.machine.ending == .gathered(isExact: true))
        #expect(script.machine.failures.isEmpty)
    }
}

@Suite struct StatisticsBeliefTests {
    private func query(_ word: String) -> ShardQuery {
        ShardQuery(query: .term(field: "body", term: Term(word), boost: 1), count: 10)
    }

    private func numbers(_ word: String, _ count: Int64) -> CollectionStatistics {
        CollectionStatistics(
            fields: ["body": FieldCounts(documentCount: 9, totalTermFrequency: 99)],
            terms: [TermKey(field: "body", term: Term(word)): count])
    }

    @Test func remembersPerIndex() {
        let belief = StatisticsBelief()
        #expect(belief.statistics(for: query("ant"), of: "a") == nil)
        belief.learn(numbers("ant", 4), for: query("ant"), of: "a")
        #expect(belief.statistics(for: query("ant"), of: "a") == numbers("ant", 4))
        #expect(belief.statistics(for: query("bee"), of: "a") == nil)
        #expect(belief.statistics(for: query("ant"), of: "b") == nil)
        belief.learn(numbers("ant", 5), for: query("ant"), of: "a")
        #expect(belief.statistics(for: query("ant"), of: "a") == numbers("ant", 5))
    }

    @Test func absentTermsAreKnownToBeAbsent() {
        let belief = StatisticsBelief()
        var learned = numbers("ant", 4)
        learned.terms = [:]
        belief.learn(learned, for: query("ant"), of: "a")
        #expect(belief.statistics(for: query("ant"), of: "a") == numbers("ant", 0))
    }

    @Test func memoryIsBoundedAndKeepsWhatIsUsed() {
        let belief = StatisticsBelief()
        belief.learn(numbers("used", 1), for: query("used"), of: "a")
        belief.learn(numbers("unused", 1), for: query("unused"), of: "a")
        for number in 0..<(2 * StatisticsBelief.capacity + 10) {
            belief.learn(numbers("w\(number)", 1), for: query("w\(number)"), of: "a")
            if number % 1000 == 0 {
                #expect(belief.statistics(for: query("used"), of: "a") != nil)
            }
        }
        #expect(belief.statistics(for: query("used"), of: "a") != nil)
        #expect(belief.statistics(for: query("unused"), of: "a") == nil)
        let long = String(repeating: "x", count: StatisticsBelief.maximumTermBytes + 1)
        belief.learn(numbers(long, 1), for: query(long), of: "a")
        #expect(belief.statistics(for: query(long), of: "a") == nil)
    }

    @Test func expansionsAreRememberedAsTheirTerms() {
        let belief = StatisticsBelief()
        let query = ShardQuery(query: .constantScore(.expanded(like, boost: 1), boost: 1), count: 1)
        #expect(belief.statistics(for: query, of: "a") == nil)
        belief.learn(
            candidates(("ants", 1, 3), ("any", 1, 4), ("art", 1, 1)), for: query, of: "a")
        #expect(
            belief.statistics(for: query, of: "a") == candidates(("ants", 1, 3), ("any", 1, 4)))
        // None at all is known, too.
        belief.learn(CollectionStatistics(), for: query, of: "b")
        #expect(belief.statistics(for: query, of: "b") == candidates())
    }

    @Test func theMemoryOfExpansionsIsBounded() {
        let belief = StatisticsBelief()
        func query(_ number: Int) -> ShardQuery {
            var expansion = like
            expansion.field = "f\(number)"
            expansion.limit = 1_000
            return ShardQuery(query: .expanded(expansion, boost: 1), count: 0)
        }
        let many = ExpandedTerms(
            (0..<1_000).map {
                ExpandedTerm(term: Term("term-\($0)"), edits: 1, documentFrequency: 1)
            })
        let rounds = 4 * StatisticsBelief.expansionCapacity / (1_000 * 64)
        for number in 0..<rounds {
            let query = query(number)
            belief.learn(
                CollectionStatistics(
                    expansions: Dictionary(
                        uniqueKeysWithValues: query.expansions.map { ($0, many) })
                ), for: query, of: "a")
            #expect(belief.statistics(for: query, of: "a") != nil)
        }
        #expect(belief.statistics(for: query(0), of: "a") == nil)
    }
}
