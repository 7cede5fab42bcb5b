// What a load test takes from an answer: the server's own time, whether it is whole, and a digest
// to compare with other answers to the same query.

/// Facts of one search answer.
struct AnswerDigest: Equatable {
    /// The server's `took`, in milliseconds.
    var took: Int64?
    /// `timed_out` is true or a shard failed.
    var isPartial = false
    /// Of every member but `took` and `_scatter`, which differ from run to run by design; 0 unless
    /// asked for.
    var digest: UInt64 = 0
    /// The body is no JSON object.
    var isBroken = false

    /// - Parameter digests: whether to compute the digest, which reads the whole body.
    init(_ body: UnsafeRawBufferPointer, digests: Bool) {
        var (took, isPartial, digest) = (Int64?.none, false, Self.offsetBasis)
        let problem = MemberScanner.scan(body) { member in
            let value = body[member.value]
            switch member.key.count {
            case 4 where body[member.key].elementsEqual("took".utf8):
                took = Self.integer(value)
                return true
            case 8 where body[member.key].elementsEqual("_scatter".utf8):
                return true
            case 9 where body[member.key].elementsEqual("timed_out".utf8):
                if value.first == UInt8(ascii: "t") { isPartial = true }
            case 7 where body[member.key].elementsEqual("_shards".utf8):
                if !Self.saysNoFailures(value) { isPartial = true }
            case 4 where !digests && body[member.key].elementsEqual("hits".utf8):
                // What is wanted comes before the hits, which are most of the bytes.
                return false
            default:
                break
            }
            if digests { Self.hash(body[member.whole], into: &digest) }
            return true
        }
        self.took = took
        self.isPartial = isPartial
        self.digest = digests ? digest : 0
        isBroken = problem != nil
    }

    private static let offsetBasis: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Eight bytes a step: a multiply and a fold each, far from cryptography but no accident
    /// either.
    private static func hash(_ bytes: Slice<UnsafeRawBufferPointer>, into digest: inout UInt64) {
        let part = UnsafeRawBufferPointer(rebasing: bytes)
        var index = 0
        while index + 8 <= part.count {
            mix(part.loadUnaligned(fromByteOffset: index, as: UInt64.self), into: &digest)
            index += 8
        }
        var tail: UInt64 = 0
        for byte in part[index...] { tail = tail << 8 | UInt64(byte) }
        mix(tail ^ UInt64(part.count) << 56, into: &digest)
    }

    private static func mix(_ word: UInt64, into digest: inout UInt64) {
        let product = (digest ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        digest = (product.high ^ product.low) &+ 0x632B_E59B_D9B4_E019
    }

    private static func integer(_ digits: Slice<UnsafeRawBufferPointer>) -> Int64? {
        var value: Int64 = 0
        for byte in digits {
            guard byte >= 0x30, byte <= 0x39, value < 1 << 52 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    private static func saysNoFailures(_ shards: Slice<UnsafeRawBufferPointer>) -> Bool {
        let wanted = Array("\"failed\":0".utf8)
        guard let start = shards.indices.first(where: { shards[$0...].starts(with: wanted) })
        else { return false }
        let next = start + wanted.count
        return next < shards.endIndex && (shards[next] == 0x7D || shards[next] == 0x2C)
    }
}
