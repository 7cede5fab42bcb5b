// A text as character filters leave it, with the way back to the offsets of what they were given.

/// Output of one character filter. Offsets are bytes.
struct FilteredText {
    /// A stretch of the output: copied, or in place of something else.
    private struct Stretch {
        var output: Int
        var input: Int
        /// Where the replaced input ends; nil for copied text.
        var replacedEnd: Int?
    }

    private(set) var bytes: [UInt8] = []
    private var stretches: [Stretch] = []

    /// The range of the input that comes next in the output, as it is.
    mutating func copy(_ input: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let continues =
            stretches.last.map {
                $0.replacedEnd == nil && $0.input - $0.output == range.lowerBound - bytes.count
            } ?? false
        if !continues {
            stretches.append(
                Stretch(output: bytes.count, input: range.lowerBound, replacedEnd: nil))
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: input[range]))
    }

    /// What stands for a range of the input; nothing, when it is dropped.
    mutating func replace(_ range: Range<Int>, with replacement: some Sequence<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: replacement)
        guard bytes.count > start else { return }
        stretches.append(
            Stretch(output: start, input: range.lowerBound, replacedEnd: range.upperBound))
    }

    /// Where in the input a token begins that begins at `offset` of the output.
    func inputStart(_ offset: Int) -> Int {
        guard let stretch = stretch(holding: offset) else { return 0 }
        return stretch.replacedEnd == nil ? stretch.input + offset - stretch.output : stretch.input
    }

    /// Where in the input a token ends that ends at `offset` of the output.
    func inputEnd(_ offset: Int) -> Int {
        guard offset > 0, let stretch = stretch(holding: offset - 1) else { return 0 }
        return stretch.replacedEnd ?? (stretch.input + offset - stretch.output)
    }

    /// The last stretch that begins at `offset` or before.
    private func stretch(holding offset: Int) -> Stretch? {
        var low = 0
        var high = stretches.count
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].output <= offset { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : stretches[low - 1]
    }
}
