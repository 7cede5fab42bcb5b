// Norm bytes against known values, impacts against all pairs.

import Testing

@testable import Segments

struct NormAndImpactTests {
    @Test func normBytesAreLucenes() {
        for length in 0...39 { #expect(NormByte.encode(length) == UInt8(length)) }
        for length in 0...39 { #expect(NormByte.decoded[length] == Int32(length)) }
        // 40 is 24 + 16: 16 is the float 8 << 1, code 16; 255 is the largest length.
        #expect(NormByte.encode(40) == 40)
        #expect(NormByte.encode(41) == 40)
        #expect(NormByte.encode(42) == 41)
        #expect(NormByte.decoded[41] == 42)
        #expect(NormByte.encode(100) == 57)
        #expect(NormByte.decoded[57] == 96)
        #expect(NormByte.encode(Int(Int32.max)) == 255)
        #expect(NormByte.encode(-3) == 0)
    }

    @Test func normBytesGrowWithTheLength() {
        var last: UInt8 = 0
        for length in 0..<200_000 where length < 3000 || length % 97 == 0 {
            let byte = NormByte.encode(length)
            #expect(byte >= last)
            #expect(NormByte.decoded[Int(byte)] <= Int32(length))
            last = byte
        }
        for byte in 0..<255 { #expect(NormByte.encode(Int(NormByte.decoded[byte])) == byte) }
    }

    @Test func sortableDoublesKeepTheOrder() {
        let ordered: [Double] = [
            -.infinity, -1e300, -2, -1, -1e-300, -0.0, 0, 1e-300, 0.5, 1, 2, 1e300, .infinity,
        ]
        let encoded = ordered.map(SortableDouble.encode)
        #expect(encoded == encoded.sorted() && Set(encoded).count == ordered.count)
        for value in ordered {
            let back = SortableDouble.decode(SortableDouble.encode(value))
            #expect(back.bitPattern == value.bitPattern)
        }
    }

    @Test func frontsHoldExactlyTheUndominatedPairs() {
        var random = SeededGenerator(seed: 21)
        for round in 0..<300 {
            var front = ImpactFront()
            var all: [(frequency: UInt32, norm: UInt8)] = []
            for _ in 0..<(1 + random.below(60)) {
                let pair = (UInt32(1 + random.below(9)), UInt8(random.below(12)))
                all.append(pair)
                front.insert(pair.0, pair.1)
            }
            let expected = all.filter { one in
                !all.contains { other in
                    other != one && other.frequency >= one.frequency && other.norm <= one.norm
                }
            }
            let unique = Set(expected.map { [$0.frequency, UInt32($0.norm)] })
            let found = front.pairs.map { [$0.frequency, UInt32($0.norm)] }
            #expect(Set(found) == unique && found.count == unique.count, "round \(round)")
            let score: (UInt32, UInt8) -> Float = { Float($0) / Float($1 + 1) }
            let best = all.map { score($0.frequency, $0.norm) }.max() ?? 0
            let bound = front.impacts().pairs.map { score($0.frequency, $0.norm) }.max() ?? 0
            #expect(bound >= best)
            if found.count <= 4 { #expect(bound == best) }
        }
    }

    @Test func everyPairLiesUnderTheImpactsMadeOfIt() {
        var random = SeededGenerator(seed: 22)
        for _ in 0..<300 {
            var front = ImpactFront()
            var all: [(frequency: UInt32, norm: UInt8)] = []
            for _ in 0..<(1 + random.below(40)) {
                let pair = (UInt32(1 + random.below(600)), UInt8(random.below(256)))
                all.append(pair)
                front.insert(pair.0, pair.1)
            }
            let kept = front.impacts().pairs
            for pair in all {
                #expect(
                    kept.contains {
                        $0.norm <= pair.norm && $0.frequency >= min(pair.frequency, 255)
                    })
            }
        }
    }

    /// What is expected of scores decides which pairs go together, not what they are good for.
    @Test func expectedScoresLoosenBoundsLess() {
        var random = SeededGenerator(seed: 23)
        let shares = ExpectedShares(norms: (30...70).map { NormByte.encode($0) })
        var excess: Float = 0
        var excessWithout: Float = 0
        for round in 0..<300 {
            var front = ImpactFront()
            var all: [(frequency: UInt32, norm: UInt8)] = []
            for _ in 0..<128 {
                let length = 20 + random.below(80)
                let pair = (UInt32(1 + random.below(length / 4)), NormByte.encode(length))
                all.append(pair)
                front.insert(pair.0, pair.1)
            }
            let best = all.map { shares.share($0.frequency, $0.norm) }.max() ?? 0
            func bound(_ impacts: Impacts) -> Float {
                impacts.pairs.map { shares.share($0.frequency, $0.norm) }.max() ?? 0
            }
            let kept = front.impacts(shares)
            #expect(bound(kept) >= best && bound(kept) <= bound(front.impacts()), "\(round)")
            for pair in all {
                #expect(
                    kept.pairs.contains {
                        $0.norm <= pair.norm && $0.frequency >= pair.frequency
                    })
            }
            excess += bound(kept) / best - 1
            excessWithout += bound(front.impacts()) / best - 1
        }
        #expect(excess < excessWithout / 2)
    }

    @Test func theImpactExampleOfTheDocumentation() {
        var front = ImpactFront()
        front.insert(4, 12)
        front.insert(1, 10)
        #expect(front.impacts().bits == 0x0C04_0C04_0C04_0A01)
    }
}
