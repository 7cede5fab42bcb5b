// A text as character filters leave it, with the way back to the offsets of what they were given.

/// Output of one character filter. Offsets are bytes.
struct FilteredText {
    /// How many times longer than the input the output may be, and what any text may grow by. What
    /// would come behind is left out: filters that make text longer would multiply without end.
    private static let maximumGrowth = 4
    private static let maximumGrowthOfSmall = 16
    private static let smallBytes = 1 << 22
    private static let allowance = 64 * 1024

    /// A stretch of the output: copied, or in place of something else.
    private struct Stretch {
        var output: Int
        var input: Int
        /// Where the replaced input ends; nil for copied text.
        var replacedEnd: Int?
    }

    private(set) var bytes: [UInt8] = []
    private var stretches: [Stretch] = []
    private let maximumCount: Int
    private var isFull = false

    init(of input: UnsafeBufferPointer<UInt8>) {
        let small = min(
            Self.smallBytes, input.count * Self.maximumGrowthOfSmall + Self.allowance)
        maximumCount = min(
            TextLimits.maximumTextBytes, max(small, input.count * Self.maximumGrowth))
    }

    /// Nothing follows what did not fit.
    private mutating func hasRoom(_ count: Int) -> Bool {
        if bytes.count + count > maximumCount { isFull = true }
        return !isFull
    }

    /// The range of the input that comes next in the output, as it is.
    /// - Parameter lowercasing: Letters of ASCII in lower case.
    mutating func copy(
        _ input: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, lowercasing: Bool = false
    ) {
        guard !range.isEmpty, hasRoom(range.count) else { return }
        let continues =
            stretches.last.map {
                $0.replacedEnd == nil && $0.input - $0.output == range.lowerBound - bytes.count
            } ?? false
        if !continues {
            stretches.append(
                Stretch(output: bytes.count, input: range.lowerBound, replacedEnd: nil))
        }
        let start = bytes.count
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: input[range]))
        guard lowercasing else { return }
        for index in start..<bytes.count where bytes[index] &- UInt8(ascii: "A") < 26 {
            bytes[index] |= 0x20
        }
    }

    /// What stands for a range of the input; nothing, when it is dropped.
    mutating func replace(_ range: Range<Int>, with replacement: some Collection<UInt8>) {
        let start = bytes.count
        guard hasRoom(replacement.count) else { return }
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
