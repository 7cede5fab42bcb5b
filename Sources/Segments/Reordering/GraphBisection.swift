// Orders documents so that similar ones are neighbours: recursive graph bisection (Dhulipala et
// al., Compressing Graphs and Indexes with Recursive Graph Bisection, KDD 2016), with the
// exchanges by selection of Mackenzie, Petri and Moffat (Tradeoff Options for Bipartite Graph
// Partitioning, TKDE 2022).

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Documents are halved, the halves exchange documents as long as that makes the gaps in the
/// lists of their terms cheaper, and each half is halved again. A term of d documents among n is
/// taken to cost d · log2(n / (d + 1)) bits. One thread; the same graph gives the same order.
final class GraphBisection {
    /// Two halves are left alone once a round moves no more than one in so many documents.
    private static let negligiblePart = 128

    private let limits: ReorderLimits
    private let isCancelled: () -> Bool
    /// By d ≥ 1: what a half pays for the last of d documents with a term, but for log2 n, which
    /// is the same for both halves: (d - 1) · log2 d - d · log2(d + 1).
    private let shares: [Float]

    // By term of the graph at hand.
    /// Documents of the left half.
    private let lefts: UnsafeMutablePointer<UInt32>
    private let totals: UnsafeMutablePointer<UInt32>
    /// What a document of the left (and right) half pays less in the right half than in the left.
    private let leftGains: UnsafeMutablePointer<Float>
    private let rightGains: UnsafeMutablePointer<Float>
    private let numbers: UnsafeMutablePointer<UInt32>

    // By document of the graph at hand.
    private let isRight: UnsafeMutablePointer<Bool>
    /// Ordered gain << 32 | index: who is to be on the left comes first.
    private let keys: UnsafeMutablePointer<UInt64>
    private let selected: UnsafeMutablePointer<UInt64>

    private init(
        _ graph: borrowing DocumentGraph, _ limits: ReorderLimits,
        _ isCancelled: @escaping () -> Bool
    ) {
        self.limits = limits
        self.isCancelled = isCancelled
        let count = graph.documents.count
        shares = Self.shares(upTo: count + 1)
        lefts = .allocate(capacity: graph.termCount)
        totals = .allocate(capacity: graph.termCount)
        leftGains = .allocate(capacity: graph.termCount)
        rightGains = .allocate(capacity: graph.termCount)
        numbers = .allocate(capacity: graph.termCount)
        isRight = .allocate(capacity: count)
        keys = .allocate(capacity: count)
        selected = .allocate(capacity: count)
    }

    private static func shares(upTo last: Int) -> [Float] {
        var shares: [Float] = [0]
        // d · log2(d + 1)
        var before = 1.0
        for count in 1...last {
            let next = Double(count) * log2(Double(count + 1))
            shares.append(Float(before - next))
            before = next
        }
        return shares
    }

    deinit {
        lefts.deallocate()
        totals.deallocate()
        leftGains.deallocate()
        rightGains.deallocate()
        numbers.deallocate()
        isRight.deallocate()
        keys.deallocate()
        selected.deallocate()
    }

    /// The documents of `graph` in their new order. Throws `CancellationError`.
    static func order(
        _ graph: consuming DocumentGraph, _ limits: ReorderLimits,
        _ isCancelled: @escaping () -> Bool
    ) throws -> [UInt32] {
        let bisection = GraphBisection(graph, limits, isCancelled)
        var order: [UInt32] = []
        order.reserveCapacity(graph.documents.count)
        // What is not in order yet, the first part last.
        var open = [consume graph]
        while let next = open.popLast() {
            if next.documents.count <= max(limits.smallestPart, 1) || next.terms.isEmpty {
                order += next.documents
                continue
            }
            try bisection.split(next)
            open.append(bisection.half(of: next, right: true))
            open.append(bisection.half(of: next, right: false))
        }
        return order
    }

    // MARK: Halves

    private func split(_ graph: borrowing DocumentGraph) throws {
        let count = graph.documents.count
        let leftCount = Self.leftCount(of: count)
        try graph.ends.withUnsafeBufferPointer { ends in
            try graph.terms.withUnsafeBufferPointer { terms in
                guard let ends = ends.baseAddress, let terms = terms.baseAddress else { return }
                begin(ends, terms, count, leftCount, graph.termCount)
                for _ in 0..<limits.maximumRounds {
                    if isCancelled() { throw CancellationError() }
                    rate(graph.termCount)
                    rank(ends, terms, count)
                    let moved = exchange(ends, terms, count, leftCount)
                    if moved <= count / Self.negligiblePart { break }
                }
            }
        }
    }

    private static func leftCount(of count: Int) -> Int { (count + 1) / 2 }

    private func begin(
        _ ends: UnsafePointer<UInt32>, _ terms: UnsafePointer<UInt32>, _ count: Int,
        _ leftCount: Int, _ termCount: Int
    ) {
        lefts.initialize(repeating: 0, count: termCount)
        totals.initialize(repeating: 0, count: termCount)
        let middle = Int(ends[leftCount - 1])
        for place in 0..<middle { lefts[Int(terms[place])] += 1 }
        for place in middle..<Int(ends[count - 1]) { totals[Int(terms[place])] += 1 }
        for term in 0..<termCount { totals[term] += lefts[term] }
        for index in 0..<count { isRight[index] = index >= leftCount }
    }

    /// What each term says for the right half.
    private func rate(_ termCount: Int) {
        shares.withUnsafeBufferPointer { shares in
            for term in 0..<termCount {
                let left = Int(lefts[term])
                let right = Int(totals[term]) - left
                leftGains[term] = shares[left] - shares[right + 1]
                rightGains[term] = shares[left + 1] - shares[right]
            }
        }
    }

    private func rank(
        _ ends: UnsafePointer<UInt32>, _ terms: UnsafePointer<UInt32>, _ count: Int
    ) {
        var start = 0
        for index in 0..<count {
            let end = Int(ends[index])
            let gains = isRight[index] ? rightGains : leftGains
            let gain = Self.sum(gains, terms, start, end)
            start = end
            let bits = (gain + 0).bitPattern
            let ordered = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
            keys[index] = UInt64(ordered) << 32 | UInt64(index)
        }
    }

    @inline(__always)
    private static func sum(
        _ gains: UnsafePointer<Float>, _ terms: UnsafePointer<UInt32>, _ start: Int, _ end: Int
    ) -> Float {
        var sums = SIMD4<Float>.zero
        var place = start
        while place &+ 4 <= end {
            sums += SIMD4(
                gains[Int(terms[place])], gains[Int(terms[place &+ 1])],
                gains[Int(terms[place &+ 2])], gains[Int(terms[place &+ 3])])
            place &+= 4
        }
        var sum = (sums[0] + sums[1]) + (sums[2] + sums[3])
        while place < end {
            sum += gains[Int(terms[place])]
            place &+= 1
        }
        return sum
    }

    /// Gives the left half the documents that gain the least by being on the right. That is what
    /// exchanging the best of both sides comes to, pair by pair, as long as a pair gains.
    /// Returns how many documents moved.
    private func exchange(
        _ ends: UnsafePointer<UInt32>, _ terms: UnsafePointer<UInt32>, _ count: Int,
        _ leftCount: Int
    ) -> Int {
        selected.update(from: keys, count: count)
        let first = Selection.value(selected, count: count, rank: leftCount)
        var moved = 0
        for index in 0..<count {
            let belongsRight = keys[index] >= first
            if belongsRight == isRight[index] { continue }
            isRight[index] = belongsRight
            moved += 1
            let start = index == 0 ? 0 : Int(ends[index - 1])
            // -1 or 1
            let change: UInt32 = belongsRight ? .max : 1
            for place in start..<Int(ends[index]) { lefts[Int(terms[place])] &+= change }
        }
        return moved
    }

    /// One half of the graph, without terms that cannot tell its documents apart: those of one
    /// document and those of all.
    private func half(of graph: borrowing DocumentGraph, right: Bool) -> DocumentGraph {
        let leftCount = Self.leftCount(of: graph.documents.count)
        let count = right ? graph.documents.count - leftCount : leftCount
        let (termCount, postingCount) = renumber(graph.termCount, right: right, count)
        var documents: [UInt32] = []
        documents.reserveCapacity(count)
        var ends: [UInt32] = []
        ends.reserveCapacity(count)
        // One more than there are: every term is written, and only kept ones stay.
        let terms = [UInt32](unsafeUninitializedCapacity: postingCount + 1) { terms, filled in
            graph.terms.withUnsafeBufferPointer { all in
                var start = 0
                for index in graph.documents.indices {
                    let end = Int(graph.ends[index])
                    defer { start = end }
                    guard isRight[index] == right else { continue }
                    for place in start..<end {
                        let number = numbers[Int(all[place])]
                        terms[filled] = number
                        filled &+= number == .max ? 0 : 1
                    }
                    documents.append(graph.documents[index])
                    ends.append(UInt32(filled))
                }
            }
        }
        return DocumentGraph(documents: documents, ends: ends, terms: terms, termCount: termCount)
    }

    /// Gives the terms that one half of `count` documents keeps new numbers, and the others none.
    private func renumber(
        _ oldCount: Int, right: Bool, _ count: Int
    ) -> (termCount: Int, postingCount: Int) {
        var termCount = 0
        var postingCount = 0
        for term in 0..<oldCount {
            let frequency = Int(right ? totals[term] - lefts[term] : lefts[term])
            let isKept = frequency > 1 && frequency < count
            numbers[term] = isKept ? UInt32(termCount) : .max
            termCount += isKept ? 1 : 0
            postingCount += isKept ? frequency : 0
        }
        return (termCount, postingCount)
    }
}
