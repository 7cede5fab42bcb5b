// Tokens of what a client has written: their text, and that damage is found.

import Testing

@testable import Queries

@Suite struct SessionTokenTests {
    private func token(_ slots: [String: [Int: Int64]]) -> SessionToken {
        var token = SessionToken()
        for (uuid, shards) in slots {
            for (shard, slot) in shards { token.note(uuid, shard, slot) }
        }
        return token
    }

    @Test func textAndBack() throws {
        // 01 | 1 index | 1 byte "u" | 2 shards: 0 at 5, 3 at 300 | the check.
        let small = token(["u": [3: 300, 0: 5]])
        #expect(small.text?.hasPrefix("AQEBdQIABQOsA") == true, "\(small.text ?? "")")
        for slots: [String: [Int: Int64]] in [
            ["u": [0: 0]], ["é": [7: .max], "a": [1_023: 1, 0: 127, 5: 128]],
            ["0123456789abcdef0123456789abcdef": [0: 1 << 40]],
        ] {
            let token = token(slots)
            #expect(token.slots == slots)
            let text = try #require(token.text)
            #expect(text.utf8.allSatisfy { $0 == 0x2D || $0 == 0x5F || (0x30...0x7A).contains($0) })
            #expect(try SessionToken(text: text) == token)
        }
        #expect(SessionToken().text == nil)
    }

    @Test func theLargerSlotStands() {
        var token = token(["u": [1: 5]])
        token.note("u", 1, 4)
        token.note("u", 1, 6)
        token.note("u", 2, -1)
        token.note("u", -1, 3)
        #expect(token.slots == ["u": [1: 6]])
    }

    @Test func tooMuchForAHeaderHasNoText() {
        var token = SessionToken()
        for shard in 0..<1_024 { token.note("one", shard, Int64(shard)) }
        #expect(token.text != nil)
        for shard in 0..<1_024 { token.note("two", shard, Int64(shard)) }
        #expect(token.text == nil)
    }

    @Test func everyDamageIsFound() throws {
        let text = try #require(token(["u-1": [3: 300, 0: 5], "u-2": [9: 1 << 33]]).text)
        let characters = Array(text)
        for length in 0..<characters.count {
            #expect(throws: RequestError.self) {
                try SessionToken(text: String(characters.prefix(length)))
            }
        }
        for place in characters.indices {
            for other in ["A", "B", "_", "=", " ", "é"] where String(characters[place]) != other {
                var damaged = characters.map(String.init)
                damaged[place] = other
                do {
                    _ = try SessionToken(text: damaged.joined())
                    Issue.record("accepted \(damaged.joined())")
                } catch {
                    #expect(error.status == 400 && error.reason.contains("X-Canopy-Token"))
                }
            }
        }
        for text in ["", "AA", String(repeating: "A", count: 9_000)] {
            #expect(throws: RequestError.self) { try SessionToken(text: text) }
        }
    }

    @Test func randomTokensComeBack() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            var token = SessionToken()
            for _ in 0..<Int.random(in: 1..<20, using: &random) {
                let uuid = ["a", "b", "index", "übung"][Int.random(in: 0..<4, using: &random)]
                let slot = random.next() >> UInt64.random(in: 1..<64, using: &random)
                token.note(uuid, Int.random(in: 0..<1_024, using: &random), Int64(slot))
            }
            #expect(try SessionToken(text: try #require(token.text)) == token)
        }
    }

    @Test func isComparedWithGenerations() {
        let token = token(["u": [0: 5, 1: 7]])
        func isNewer(_ slots: [Int64], of uuid: String = "u") -> Bool {
            token.isNewer(
                than: IndexGeneration(indexUUID: uuid, schemaVersion: 1, slots: slots))
        }
        #expect(!isNewer([5, 7]) && !isNewer([9, 9]) && !isNewer([0, 0], of: "other"))
        #expect(isNewer([4, 7]) && isNewer([5, 6]))
        #expect(!isNewer([5]), "there is no such shard")
    }
}
