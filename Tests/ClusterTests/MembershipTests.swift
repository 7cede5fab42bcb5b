// Who is alive: leaves announce themselves, and others judge by whether they go on doing so.

import Logging
import Storage
import Synchronization
import Testing

@testable import Cluster

private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

private func node(_ name: String) -> LeafNode {
    LeafNode(name: name, address: NodeAddress(name))
}

/// Entries of members, and a table that looks at them.
private final class Watch {
    var table = MemberTable()
    var entries: [String: (member: Member, version: Int64)] = [:]
    var revision: Int64 = 0
    var now = Instant(nanoseconds: 5_000_000_000)

    func renew(_ names: String...) {
        for name in names {
            revision += 1
            let beat = (entries[name]?.member.beat ?? 0) + 1
            entries[name] = (
                Member(node: node(name), incarnation: "1", beat: beat), revision
            )
        }
    }

    func look(after pause: Duration) -> [String] {
        now += pause
        table.update(
            MetadataListing(
                revision: revision,
                entries: entries.values.map {
                    MetadataEntry(
                        key: $0.member.key,
                        value: VersionedValue(value: $0.member.encoded(), version: $0.version))
                }), now: now)
        return table.live.map(\.node.name)
    }

    /// Two members that have been seen to renew.
    static func ofTwo() -> Watch {
        let watch = Watch()
        watch.renew("a", "b")
        _ = watch.look(after: .zero)
        watch.renew("a", "b")
        _ = watch.look(after: .milliseconds(500))
        return watch
    }
}

@Suite struct MemberTableTests {
    let half = Duration.milliseconds(500)

    @Test func whoStopsRenewingIsGoneAfterALease() {
        let watch = Watch.ofTwo()
        for _ in 0..<2 {
            watch.renew("a")
            #expect(watch.look(after: half) == ["a", "b"])
        }
        watch.renew("a")
        #expect(watch.look(after: half) == ["a"])
        // And there again with the first renewal.
        watch.renew("a", "b")
        #expect(watch.look(after: half) == ["a", "b"])
    }

    @Test func whoWithdrawsIsGoneAtOnce() {
        let watch = Watch.ofTwo()
        watch.entries["b"] = nil
        #expect(watch.look(after: .milliseconds(1)) == ["a"])
    }

    @Test func whoWasNeverSeenToRenewIsGivenTime() {
        let watch = Watch()
        watch.renew("a", "b")
        var looks = 0
        repeat {
            watch.renew("a")
            looks += 1
        } while watch.look(after: half) == ["a", "b"]
        #expect(looks == 11)
    }

    @Test func oneLookIsNotEnough() {
        let watch = Watch.ofTwo()
        // A lease and more went by, but we hardly looked.
        #expect(watch.look(after: .seconds(2)) == ["a", "b"])
        #expect(watch.look(after: .seconds(2)) == [])
    }

    @Test func whoWasPausedTakesNobodyForDead() {
        for pause in [Duration.seconds(4), .seconds(60), .seconds(86_400)] {
            let watch = Watch.ofTwo()
            #expect(watch.look(after: .milliseconds(400)) == ["a", "b"])
            // What is seen first after the pause may be as old as the pause.
            #expect(watch.look(after: pause) == ["a", "b"])
            #expect(watch.look(after: half) == ["a", "b"])
            #expect(watch.look(after: half) == ["a", "b"])
            #expect(watch.look(after: half) == [])
        }
    }

    @Test func nobodyDiesWhileTheStoreIsAway() {
        let watch = Watch.ofTwo()
        #expect(watch.look(after: half) == ["a", "b"])
        for _ in 0..<10 {
            watch.now += half
            watch.table.interrupt()
            #expect(watch.table.live.count == 2)
        }
        // Nor before they had time to renew when it is back.
        #expect(watch.look(after: .milliseconds(100)) == ["a", "b"])
        #expect(watch.look(after: .milliseconds(700)) == ["a", "b"])
        watch.renew("a", "b")
        #expect(watch.look(after: .milliseconds(700)) == ["a", "b"])
    }

    @Test func entriesThatCannotBeReadAreNobody() throws {
        let watch = Watch.ofTwo()
        let a = try #require(watch.entries["a"])
        watch.table.update(
            MetadataListing(
                revision: 9,
                entries: [
                    MetadataEntry(
                        key: a.member.key,
                        value: VersionedValue(value: a.member.encoded(), version: 9)),
                    MetadataEntry(
                        key: "member/b", value: VersionedValue(value: [1, 2], version: 9)),
                    // In another's place.
                    MetadataEntry(
                        key: "member/c",
                        value: VersionedValue(value: a.member.encoded(), version: 9)),
                ]), now: watch.now)
        #expect(watch.table.live.map(\.node.name) == ["a"])
    }
}

@Suite(.timeLimit(.minutes(1)))
struct MemberAnnouncerTests {
    let clock = JumpingClock()

    func announcer(_ name: String, _ store: any MetadataStore, incarnation: String = "1")
        -> MemberAnnouncer
    {
        MemberAnnouncer(
            node: node(name), incarnation: incarnation, metadata: store, clock: clock,
            logger: logger)
    }

    func entry(_ name: String, _ store: any MetadataStore) async throws -> Member? {
        try await store.get("member/" + name).map {
            try Member(encoded: $0.value, key: "member/" + name)
        }
    }

    /// Waits for a change of the store that fulfils the condition.
    func wait(
        _ store: FadingStore, until isMet: @Sendable (Member?) -> Bool
    ) async throws -> Member? {
        for await _ in store.inner.watch(prefix: Member.prefix) {
            let member = try await entry("a", store.inner)
            if isMet(member) { return member }
        }
        return nil
    }

    @Test func entriesAreRenewedAndMadeAgain() async throws {
        let store = FadingStore(clock: clock)
        let announcer = announcer("a", store)
        let running = Task { await announcer.run() }
        let member = try #require(try await wait(store) { ($0?.beat ?? 0) >= 3 })
        #expect(member.node == node("a") && member.state == .active)

        let stored = try #require(try await store.inner.get("member/a"))
        _ = try await store.inner.compareAndSet(
            "member/a", expected: stored.version, value: nil)
        _ = try await wait(store) { $0 != nil }

        store.setAway(true)
        while store.refused.withLock({ $0 }) < 5 { await Task.yield() }
        store.setAway(false)
        let beat = try #require(try await entry("a", store.inner)).beat
        let later = try #require(try await wait(store) { ($0?.beat ?? 0) > beat })
        #expect(later.beat > beat)
        running.cancel()
        await running.value
    }

    @Test func whoLeavesSaysSoAndWhoWithdrawsIsGone() async throws {
        let store = FadingStore(clock: clock)
        let announcer = announcer("a", store)
        let running = Task { await announcer.run() }
        _ = try await wait(store) { $0 != nil }
        await announcer.leave()
        #expect(try await entry("a", store)?.state == .leaving)
        await announcer.withdraw()
        await running.value
        #expect(try await entry("a", store) == nil)
    }

    @Test func aNewProcessTakesTheNameAndTheOldOneDoesNotWithdrawIt() async throws {
        let store = FadingStore(clock: clock)
        let old = announcer("a", store)
        await old.leave()
        let new = announcer("a", store, incarnation: "2")
        await new.leave()
        #expect(try await entry("a", store)?.incarnation == "2")
        await old.withdraw()
        #expect(try await entry("a", store)?.incarnation == "2")
    }

    @Test func aDrainedLeafMayReturn() async throws {
        let store = FadingStore(clock: clock)
        let announcer = announcer("a", store)
        await announcer.announce()
        for (drains, state) in [(true, Member.State.draining), (false, .active)] {
            await announcer.drain(drains)
            #expect(try await entry("a", store)?.state == state)
        }
        await announcer.leave()
        // Whoever is about to stop does not come back to life.
        await announcer.drain(false)
        #expect(try await entry("a", store)?.state == .leaving)
    }
}
