// The cache policy: never over budget, never a wrong value, and better than plain FIFO.
import Storage
import Testing

@testable import Front

/// The value behind a reference, as `#expect` cannot call what mutates.
private final class Cache {
    private var policy: S3FIFO<Int, Int>

    init(budget: Int) { policy = S3FIFO(budget: budget) }

    var evictionCount: Int64 { policy.evictionCount }
    func invariantViolation() -> String? { policy.invariantViolation() }
    func value(for key: Int) -> Int? { policy.value(for: key) }

    @discardableResult
    func insert(_ value: Int, for key: Int, byteCount: Int) -> Bool {
        policy.insert(value, for: key, byteCount: byteCount)
    }
}

@Suite struct S3FIFOTests {
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func randomUseKeepsTheInvariants(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        let cache = Cache(budget: 1_000)
        var last: [Int: Int] = [:]
        for step in 0..<4_000 {
            let key = Int(random.next(below: 60) * random.next(below: 60) / 60)
            if random.next(below: 3) == 0 {
                let size = Int(random.next(below: 160))
                if cache.insert(step, for: key, byteCount: size) {
                    #expect(size <= 125)
                    last[key] = step
                } else {
                    #expect(size > 125)
                }
            } else if let found = cache.value(for: key) {
                #expect(found == last[key], "seed \(seed), step \(step)")
            }
            if step % 16 == 0 {
                #expect(cache.invariantViolation() == nil, "seed \(seed), step \(step)")
            }
        }
        #expect(cache.evictionCount > 0)
    }

    @Test func anEntryUsedTwiceSurvivesAScan() {
        let cache = Cache(budget: 100)
        for key in 0..<5 {
            cache.insert(key, for: key, byteCount: 1)
            _ = cache.value(for: key)
        }
        for key in 1_000..<3_000 { cache.insert(key, for: key, byteCount: 1) }
        for key in 0..<5 { #expect(cache.value(for: key) == key) }
    }

    @Test func aReturningKeyGoesStraightToTheMainQueue() {
        let cache = Cache(budget: 100)
        for key in 0..<110 { cache.insert(key, for: key, byteCount: 1) }
        #expect(cache.value(for: 0) == nil)
        cache.insert(7, for: 0, byteCount: 1)
        for key in 200..<260 { cache.insert(key, for: key, byteCount: 1) }
        #expect(cache.value(for: 0) == 7)
        #expect(cache.invariantViolation() == nil)
    }

    @Test func itHitsMoreThanFirstInFirstOut() {
        let random = SeededRandom(seed: 11)
        let cache = Cache(budget: 100)
        var plain: [Int] = []
        var (hits, plainHits) = (0, 0)
        for step in 0..<20_000 {
            // Skewed use of 1,000 keys, with a scan of new ones in between.
            let unit = random.nextUnit()
            let key = step % 4 == 0 ? 10_000 + step : Int(1_000 * unit * unit * unit)
            if cache.value(for: key) != nil {
                hits += 1
            } else {
                cache.insert(1, for: key, byteCount: 1)
            }
            if plain.contains(key) {
                plainHits += 1
            } else {
                plain.append(key)
                if plain.count > 100 { plain.removeFirst() }
            }
        }
        #expect(hits > plainHits * 11 / 10, "\(hits) against \(plainHits)")
    }

    @Test func nothingFitsWithoutABudget() {
        let cache = Cache(budget: 0)
        #expect(!cache.insert(1, for: 1, byteCount: 1))
        #expect(cache.value(for: 1) == nil)
    }
}
