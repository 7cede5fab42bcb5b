// While segments were being rewritten, some of their documents died. A rewrite numbers the living
// as they come, so a document's new number is how many living ones came before it, or what became
// of that number where they were put in another order.

import Segments

enum DeletionTransfer {
    /// Per input: its document count, who was alive when the rewrite began, and who is now.
    struct Input {
        let documentCount: Int
        let before: LiveDocuments?
        let now: LiveDocuments?
    }

    /// The numbers, in the rewritten segment, of the documents that died meanwhile.
    static func dead(_ inputs: [Input], order: DocumentOrder?) -> [UInt32] {
        var dead: [UInt32] = []
        var base = 0
        for input in inputs {
            if let now = input.now, now.deletedCount > (input.before?.deletedCount ?? 0) {
                append(input, now, base: base, to: &dead)
            }
            base += input.before?.liveCount ?? input.documentCount
        }
        guard let order else { return dead }
        return dead.map { order.number(of: $0) }
    }

    private static func append(
        _ input: Input, _ now: LiveDocuments, base: Int, to dead: inout [UInt32]
    ) {
        var living = base
        for index in 0..<now.words.count {
            let all = now.documentCount - index * 64
            let full: UInt64 = all >= 64 ? .max : (1 << UInt64(all)) - 1
            let before = input.before?.words[index] ?? full
            var died = before & ~now.words[index]
            while died != 0 {
                let bit = died.trailingZeroBitCount
                let earlier = before & ((1 << UInt64(bit)) - 1)
                dead.append(UInt32(living + earlier.nonzeroBitCount))
                died &= died - 1
            }
            living += before.nonzeroBitCount
        }
    }
}
