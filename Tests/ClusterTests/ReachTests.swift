// Who is out of reach: what one root makes of its probes, and what is made of all roots' reports.

import Storage
import Testing

@testable import Cluster

private func member(_ name: String, isUnwell: Bool = false) -> Member {
    Member(
        node: LeafNode(name: name, address: NodeAddress(name)), incarnation: "1",
        isUnwell: isUnwell)
}

private func lost(_ leaves: [String], _ reports: [Set<String>]) -> [String] {
    LeafVerdict(
        live: leaves.map { member($0) },
        reports: reports.enumerated().map { ReachReport(holder: "r\($0)", lost: $1) }
    ).lost.sorted()
}

@Suite struct LeafContactsTests {
    private struct Round {
        var answered: Set<String>
        var pause = Duration.milliseconds(500)
    }

    private let both = Round(answered: ["a", "b"])
    private let first = Round(answered: ["a"])
    private let longNothing = Round(answered: [], pause: .seconds(600))
    private let nothing = Round(answered: [])

    private func contacts(_ rounds: [Round]) -> LeafContacts {
        var contacts = LeafContacts()
        var now = Instant(nanoseconds: 7_000_000_000)
        contacts.update(["a", "b"], answered: ["a", "b"], now: now)
        for round in rounds {
            now += round.pause
            contacts.update(["a", "b"], answered: round.answered, now: now)
        }
        return contacts
    }

    private func times(_ count: Int, _ round: Round) -> [Round] {
        Array(repeating: round, count: count)
    }

    @Test func whoIsSilentForLongEnoughIsLostAndFoundAgain() {
        #expect(contacts(times(5, first)).lost.isEmpty)
        let lost = times(6, first)
        #expect(contacts(lost).lost == ["b"])
        #expect(contacts(lost + times(3, both)).lost == ["b"])
        #expect(contacts(lost + times(4, both)).lost.isEmpty)
        // Probation begins anew with each silence.
        #expect(contacts(lost + times(3, both) + [first, both]).lost == ["b"])
    }

    @Test func whoAnswersNowAndThenIsNotLost() {
        let rounds = (0..<60).map { $0 % 5 == 0 ? both : first }
        #expect(contacts(rounds).lost.isEmpty)
    }

    @Test func aPauseOfItsOwnCountsLittle() {
        #expect(contacts([longNothing, nothing]).lost.isEmpty)
        #expect(contacts([longNothing, nothing, both]).lost.isEmpty)
    }

    @Test func itSaysNothingBeforeItKnows() {
        #expect(!contacts([]).isInformed)
        #expect(!contacts([longNothing]).isInformed)
        #expect(contacts(times(6, first)).isInformed)
    }

    @Test func whoIsNotProbedAnyMoreIsForgotten() {
        var contacts = contacts(times(8, first))
        contacts.update(["a"], answered: ["a"], now: Instant(nanoseconds: 20_000_000_000))
        #expect(contacts.lost.isEmpty)
    }
}

@Suite struct LeafVerdictTests {
    @Test func mostOfThoseWithASayDecide() {
        let leaves = ["a", "b", "c", "d"]
        #expect(lost(leaves, []) == [])
        #expect(lost(leaves, [["a"]]) == ["a"])
        #expect(lost(leaves, [["a"], []]) == [])
        #expect(lost(leaves, [["a"], ["a"], []]) == ["a"])
        #expect(lost(leaves, [["a", "b"], ["a", "b"]]) == ["a", "b"])
        // Whoever misses more than half has no say.
        #expect(lost(leaves, [["a", "b", "c"]]) == [])
        #expect(lost(leaves, [["a", "b", "c", "d"], ["a"]]) == ["a"])
        #expect(lost(leaves, [["a", "b", "c", "d"], []]) == [])
        // Two leaves and two roots that see one each: both stay.
        #expect(lost(["a", "b"], [["a"], ["b"]]) == [])
        #expect(lost(["a"], [["a"]]) == [])
        // Leaves that are gone do not count.
        #expect(lost(["a", "b"], [["x", "y", "z", "b"]]) == ["b"])
    }

    @Test func aRootIsCutOffOnlyWhereAnotherIsNot() {
        func isCutOff(_ reports: [Set<String>]) -> Bool {
            LeafVerdict(
                live: ["a", "b", "c"].map { member($0) },
                reports: reports.enumerated().map { ReachReport(holder: "r\($0)", lost: $1) }
            ).isCutOff("r0")
        }
        #expect(!isCutOff([]))
        #expect(!isCutOff([["a", "b", "c"]]))
        #expect(!isCutOff([["a", "b", "c"], ["a", "b"]]))
        #expect(isCutOff([["a", "b"], []]))
        #expect(!isCutOff([["a"], []]))
    }

    @Test func whoCannotReachTheStoreLeavesWhileMostCan() {
        func states(_ unwell: Set<String>) -> [Member.State] {
            LeafVerdict(
                live: ["a", "b", "c", "d"].map { member($0, isUnwell: unwell.contains($0)) },
                reports: []
            ).members.map(\.state)
        }
        #expect(states(["b"]) == [.active, .leaving, .active, .active])
        #expect(states(["a", "b"]) == [.active, .active, .active, .active])
        #expect(states(["a", "b", "c", "d"]) == [.active, .active, .active, .active])
    }

    @Test func reportsAreReadAsWritten() {
        let report = ReachReport(holder: "r#1", lost: ["b", "a"], beat: 7)
        #expect(ReachReport(encoded: report.encoded(), key: report.key) == report)
        for bytes in ["", "{}", #"{"lost":[1],"beat":1}"#, #"{"lost":["a"]}"#, "[]"] {
            #expect(ReachReport(encoded: Array(bytes.utf8), key: report.key) == nil)
        }
        #expect(ReachReport(encoded: report.encoded(), key: "member/r") == nil)
    }

    /// Roots that probe, links that come and go, and roots that do: what must hold at any time.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func whateverHappensWhoIsReachedStays(_ seed: UInt64) {
        var network = ReachNetwork(seed: seed)
        for _ in 0..<network.random.next(in: 1..<12) {
            network.change()
            for _ in 0..<network.random.next(in: 1..<20) { network.round() }
        }
        // It stays as it is for long enough, and everybody knows.
        for _ in 0..<12 { network.round() }
        network.checkSettled()
        network.heal()
        for _ in 0..<12 { network.round() }
        #expect(network.verdict.lost.isEmpty, "seed \(seed)")
    }
}

/// What each root reaches, and what it has seen so far.
private struct ReachNetwork {
    let random: SeededRandom
    let seed: UInt64
    let leaves: [String]
    private var contacts: [LeafContacts]
    /// By root.
    private var cut: [Set<String>]
    private var isAlive: [Bool]
    /// By root and leaf, the last answered rounds in a row.
    private var heard: [[String: Int]]
    private var now = Instant(nanoseconds: 1_000_000_000)

    init(seed: UInt64) {
        self.seed = seed
        random = SeededRandom(seed: seed &* 31 &+ 5)
        leaves = (0..<random.next(in: 1..<7)).map { "leaf-\($0)" }
        let roots = random.next(in: 1..<5)
        contacts = Array(repeating: LeafContacts(), count: roots)
        cut = Array(repeating: [], count: roots)
        isAlive = Array(repeating: true, count: roots)
        heard = Array(repeating: [:], count: roots)
    }

    var verdict: LeafVerdict {
        LeafVerdict(
            live: leaves.map { member($0) },
            reports: contacts.indices.filter { isAlive[$0] && contacts[$0].isInformed }.map {
                ReachReport(holder: "r\($0)", lost: contacts[$0].lost)
            })
    }

    mutating func change() {
        let root = random.next(in: 0..<cut.count)
        let leaf = leaves[random.next(in: 0..<leaves.count)]
        switch random.next(below: 6) {
        case 0: cut[root] = Set(leaves)
        case 1: cut[root] = []
        case 2: for root in cut.indices { cut[root].insert(leaf) }
        case 3: for root in cut.indices { cut[root].remove(leaf) }
        case 4: cut[root].formSymmetricDifference([leaf])
        default: isAlive[root].toggle()
        }
    }

    mutating func heal() {
        cut = cut.map { _ in [] }
        isAlive = isAlive.map { _ in true }
    }

    mutating func round() {
        now += .milliseconds(500)
        for root in cut.indices {
            let answered = Set(leaves).subtracting(cut[root])
            contacts[root].update(leaves, answered: answered, now: now)
            for leaf in leaves {
                heard[root][leaf] = answered.contains(leaf) ? (heard[root][leaf] ?? 0) + 1 : 0
            }
        }
        let lost = verdict.lost
        #expect(lost.count < leaves.count, "seed \(seed): a leaf is left")
        let voters = contacts.indices.filter { isAlive[$0] && contacts[$0].isInformed }
        for leaf in lost.sorted() {
            // Silent for so long at some time, and never long enough heard since.
            let missing = voters.filter { contacts[$0].lost.contains(leaf) }
            #expect(
                !missing.isEmpty && missing.allSatisfy { (heard[$0][leaf] ?? 0) < 4 },
                "seed \(seed): who answers all the time stays")
        }
    }

    /// Against the links themselves.
    func checkSettled() {
        let voters = cut.indices.filter { isAlive[$0] && cut[$0].count * 2 <= leaves.count }
        let wanted = leaves.filter { leaf in
            voters.count { cut[$0].contains(leaf) } * 2 > voters.count
        }
        #expect(verdict.lost.sorted() == wanted, "seed \(seed): \(cut), alive \(isAlive)")
    }
}
