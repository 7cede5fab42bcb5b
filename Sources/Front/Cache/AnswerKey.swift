// The name of a cached answer: what was asked, and of which generation.

import Crypto
import Queries

/// SHA-256 over the generations (sorted by index) and the request's canonical bytes.
struct AnswerKey: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ generations: [IndexGeneration], canonicalRequest: [UInt8]) {
        var prefix: [UInt8] = []
        prefix.reserveCapacity(256)
        func append(_ number: Int64) {
            withUnsafeBytes(of: number.littleEndian) { prefix.append(contentsOf: $0) }
        }
        append(Int64(generations.count))
        for generation in generations.sorted(by: { $0.indexUUID < $1.indexUUID }) {
            let uuid = generation.indexUUID.utf8
            append(Int64(uuid.count))
            prefix.append(contentsOf: uuid)
            append(generation.schemaVersion)
            append(Int64(generation.slots.count))
            for slot in generation.slots { append(slot) }
        }
        var hash = SHA256()
        prefix.withUnsafeBytes { hash.update(bufferPointer: $0) }
        canonicalRequest.withUnsafeBytes { hash.update(bufferPointer: $0) }
        words = hash.finalize().withUnsafeBytes { bytes in
            func word(_ index: Int) -> UInt64 {
                bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
            }
            return (word(0), word(1), word(2), word(3))
        }
    }

    static func == (left: AnswerKey, right: AnswerKey) -> Bool {
        left.words == right.words
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}
