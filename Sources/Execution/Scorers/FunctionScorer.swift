// A query's matches, scored by functions of the documents.

import Queries

/// See `FunctionScoreQuery`. Nothing is known of what functions give, so nothing is left out.
final class FunctionScorer: Scorer {
    struct Function {
        /// Nil: every document.
        let filter: Scorer?
        let weight: Double
        /// Nil: always 1.
        let value: (any DocumentFunction)?
    }

    private let inner: Scorer
    private let functions: [Function]
    private let query: FunctionScoreQuery
    private let limit: Double
    private let scratch = Window()
    /// By place in the window: the functions' values as one, and the weights in it (or how many
    /// functions are). The value is 1 while that is 0.
    private let values: UnsafeMutablePointer<Double>
    private let weights: UnsafeMutablePointer<Double>

    /// - Parameters:
    ///   - functions: those whose filters can match in the segment, in the query's order.
    ///   - limit: scores are cut at it.
    init(_ inner: Scorer, _ functions: [Function], _ query: FunctionScoreQuery, limit: Double) {
        self.inner = inner
        self.functions = functions
        self.query = query
        self.limit = limit
        values = .allocate(capacity: Window.size)
        weights = .allocate(capacity: Window.size)
        values.initialize(repeating: 1, count: Window.size)
        weights.initialize(repeating: 0, count: Window.size)
        super.init(maximum: limit, cost: inner.cost)
    }

    deinit {
        values.deallocate()
        weights.deallocate()
    }

    override func next(_ target: UInt32) throws -> UInt32 { try inner.next(target) }

    override func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        try inner.fill(window, within: within)
        if let within { window.formIntersection(within) }
        if window.isEmpty { return }
        values.update(repeating: 1, count: Window.size)
        weights.update(repeating: 0, count: Window.size)
        for function in functions { try add(function, window) }
        finish(window)
    }

    private func add(_ function: Function, _ window: Window) throws {
        var words = window.bits
        if let filter = function.filter {
            scratch.start(at: window.base)
            try filter.fill(scratch, within: window.bits)
            scratch.formIntersection(window.bits)
            words = scratch.bits
        }
        for index in 0..<Window.wordCount {
            var word = words[index]
            while word != 0 {
                let place = index * 64 + word.trailingZeroBitCount
                word &= word &- 1
                let document = window.base &+ UInt32(truncatingIfNeeded: place)
                let value = try function.value?.value(document) ?? 1
                add(Self.valid(value * function.weight), function.weight, at: place)
            }
        }
    }

    /// Values that are negative or no numbers count as 0.
    @inline(__always)
    private static func valid(_ value: Double) -> Double { value > 0 ? value : 0 }

    @inline(__always)
    private func add(_ value: Double, _ weight: Double, at place: Int) {
        let isFirst = weights[place] == 0
        switch query.scoreMode {
        case .multiply:
            values[place] *= value
            weights[place] = 1
        case .sum, .avg:
            // Weights that are 0 so far have added nothing.
            values[place] = isFirst ? value : values[place] + value
            weights[place] += weight
        case .first:
            if isFirst { values[place] = value }
            weights[place] = 1
        case .max:
            values[place] = isFirst ? value : max(values[place], value)
            weights[place] = 1
        case .min:
            values[place] = isFirst ? value : min(values[place], value)
            weights[place] = 1
        }
    }

    private func finish(_ window: Window) {
        let limit = limit
        window.forEachMatch { place in
            let exact = score(inner: window.scores[place], at: place)
            let score = ScoreGrid.roundLarge(Self.valid(exact))
            if let minimum = query.minimumScore, Float(score) < minimum {
                window.bits[place >> 6] &= ~(1 &<< UInt64(place & 63))
            }
            window.scores[place] = min(score, limit)
        }
    }

    @inline(__always)
    private func score(inner: Double, at place: Int) -> Double {
        var value = values[place]
        if weights[place] == 0 {
            value = 1
        } else if query.scoreMode == .avg {
            value /= weights[place]
        }
        value = min(Self.valid(value), Double(query.maximumBoost))
        switch query.boostMode {
        case .multiply: return inner * value
        case .replace: return value
        case .sum: return inner + value
        case .avg: return (inner + value) / 2
        case .max: return max(inner, value)
        case .min: return min(inner, value)
        }
    }
}
