// Which query each arrival asks: from a seed, all alike or some far more popular than others.

import Foundation

/// Draws query numbers 0..<count.
struct QueryChooser: Sendable {
    private var random: SeededGenerator
    private let count: Int
    /// Cumulative weights of a Zipf distribution; empty for a uniform one.
    private var cumulative: [Double] = []

    /// - Parameters:
    ///   - count: at least 1.
    ///   - zipfExponent: 0 draws all queries alike; 1 draws the n-th query with weight 1/n.
    init(count: Int, zipfExponent: Double, seed: UInt64) {
        random = SeededGenerator(seed: seed)
        self.count = count
        guard zipfExponent > 0 else { return }
        var sum = 0.0
        cumulative = (1...count).map { rank in
            sum += pow(Double(rank), -zipfExponent)
            return sum
        }
    }

    mutating func next() -> Int {
        let draw = random.unitInterval()
        guard let total = cumulative.last else { return min(Int(draw * Double(count)), count - 1) }
        let target = draw * total
        var (low, high) = (0, count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > target { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
