// Time, randomness and names.

import Storage
import Testing

@Suite struct SeamsTests {
    @Test func instantsAddSubtractAndSaturate() {
        let start = Instant(nanoseconds: 5)
        #expect(start + .nanoseconds(7) == Instant(nanoseconds: 12))
        #expect((start + .seconds(1)) - start == .seconds(1))
        #expect(start - .nanoseconds(6) == Instant(nanoseconds: -1))
        #expect(Instant.distantFuture + .seconds(1) == .distantFuture)
        #expect(start + .seconds(Int64.max) == .distantFuture)
        #expect(Duration.milliseconds(1500).wholeNanoseconds == 1_500_000_000)
    }

    @Test func theSeedDecidesEverything() {
        // The reference implementation's first numbers for seed 0.
        let random = SeededRandom(seed: 0)
        #expect(random.next() == 0xE220_A839_7B1D_CDAF)
        #expect(random.next() == 0x6E78_9E6A_A1B9_65F4)
        let before = SeededRandom(seed: 9)
        let after = SeededRandom(seed: 9)
        _ = after.next()
        #expect(before.fork("a").next() == after.fork("a").next())
        #expect(before.fork("a").next() != before.fork("b").next())
        #expect(SeededRandom(seed: 3).nextName().count == 32)
    }

    @Test func boundedNumbersStayInBoundsAndReachThem() {
        let random = SeededRandom(seed: 4)
        var seen = Set<UInt64>()
        for _ in 0..<200 { seen.insert(random.next(below: 5)) }
        #expect(seen == [0, 1, 2, 3, 4])
        #expect((0..<100).allSatisfy { _ in (-3..<4).contains(random.next(in: -3..<4)) })
        #expect((0..<100).allSatisfy { _ in (0..<1).contains(random.nextUnit()) })
    }

    @Test func theSystemsClockAndRandomnessWork() async throws {
        let clock = SystemClock()
        let start = clock.now
        try await clock.sleep(for: .milliseconds(2))
        #expect(clock.now - start >= .milliseconds(2))
        try await clock.sleep(until: start)
        #expect(clock.wallMilliseconds > 1_600_000_000_000)
        #expect(SystemRandom().nextName() != SystemRandom().nextName())
    }

    @Test(arguments: [
        "", "/a", "a/", "a//b", "../x", "a/../b", "a/.b", "a b", "é", "a\u{0}", "a\\b",
        String(repeating: "x", count: 201), String(repeating: "xy/", count: 200) + "z",
    ])
    func dangerousKeysAreRefused(key: String) {
        #expect(ObjectKey.fault(in: key) != nil)
    }

    @Test func ordinaryKeysAreAllowed() {
        #expect(ObjectKey.fault(in: "0f3a/00007/log/00000000000000000001") == nil)
        #expect(ObjectKey.fault(in: "a/segments/12-AB_c.d") == nil)
    }
}
