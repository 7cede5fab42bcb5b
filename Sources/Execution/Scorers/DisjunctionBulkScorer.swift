// Unions of terms by block-max MaxScore (Turtle and Flood 1995; Chakrabarti, Chaudhuri and Ganti
// 2011), in windows of accumulators.

import Segments

/// Any of two or more scoring terms. While everything has to be counted, all postings are summed
/// up. Once only the best matter, the clauses that together cannot reach the threshold are not
/// walked: they only refine documents that the other, essential clauses propose. Which clauses are
/// essential is decided for the segment by the lists' bounds and again per window by the blocks'.
final class DisjunctionBulkScorer: BulkScorer {
    /// Ascending by what a posting can bring at most, of all a list can bring: long lists of little
    /// weight are walked last.
    private let clauses: [TermCursor]
    /// The sum of the first n clauses' maxima.
    private let prefixes: [Double]
    private let mask: DocumentBits?
    private let exclusion: Exclusion?
    private let documentCount: Int
    private let candidates: Candidates
    private let accumulators: Accumulators
    /// Blocks looked into for the first threshold.
    private static let sampledBlocks = 4
    /// Documents of a window.
    private var span = Accumulators.narrowSpan
    private var firstEssential = 0
    /// Of the present window: the clauses' bounds, and the clauses in ascending order of them per
    /// posting of the list.
    private var bounds: [Double]
    private var order: [Int]

    init(
        _ clauses: [TermCursor], mask: DocumentBits?, exclusion: Exclusion?, documentCount: Int,
        _ memory: ScorerMemory
    ) {
        self.clauses = clauses.sorted { $0.maximum * $0.rarity < $1.maximum * $1.rarity }
        self.mask = mask
        self.exclusion = exclusion
        self.documentCount = documentCount
        candidates = memory.candidates
        accumulators = memory.accumulators
        var sums = [0.0]
        for clause in self.clauses { sums.append((sums.last ?? 0) + clause.maximum) }
        prefixes = sums
        bounds = [Double](repeating: 0, count: clauses.count)
        order = Array(clauses.indices)
    }

    var maximum: Double { prefixes[clauses.count] }

    private func chooseSpan() {
        let postings = clauses[firstEssential...].reduce(0) { $0 + $1.documentFrequency }
        span =
            postings < documentCount / Accumulators.sparseness
            ? Accumulators.wideSpan : Accumulators.narrowSpan
    }

    func score(into collector: HitCollector, _ stop: StopSignal) throws {
        let lowest = try lowestOfBest(collector)
        chooseSpan()
        var target: UInt32 = 0
        while target < UInt32(documentCount) {
            try stop.check()
            if collector.isComplete { return }
            guard collector.prunes else {
                target = try sumWindow(from: target, collector)
                continue
            }
            let floor = max(collector.threshold, lowest)
            let essential = firstEssential
            while firstEssential < clauses.count, prefixes[firstEssential + 1] < floor {
                firstEssential += 1
            }
            if firstEssential != essential { chooseSpan() }
            if firstEssential == clauses.count { return }
            if firstEssential == clauses.count - 1 {
                target = try leadBlock(from: target, floor, collector)
            } else {
                target = try window(from: target, floor, collector)
            }
        }
    }

    /// A bound from below of what the last of the best will score, so that not everything has to be
    /// summed up until there are enough: as many documents score as much by one clause alone.
    private func lowestOfBest(_ collector: HitCollector) throws -> Double {
        guard collector.prunes, collector.countsSeparately, collector.threshold == -.infinity,
            mask == nil, exclusion == nil, let capacity = collector.heap?.capacity, capacity > 0,
            let clause = clauses.filter({ $0.documentFrequency >= capacity })
                .max(by: { $0.maximum < $1.maximum }), clause.postings.blockCount > 1
        else { return -.infinity }
        let best = BestDocuments(
            capacity: capacity, tieKeys: { _, _, _ in }, identity: { _, _ in (0, []) })
        var blocks = 0
        try BestFirst.visit(
            clause, from: 0,
            reaching: { blocks < Self.sampledBlocks ? best.threshold : .infinity },
            visit: { block in
                blocks += 1
                try clause.select(block: block)
                candidates.load(
                    clause.postings.documents, try clause.loadScores(), 0..<clause.postings.count,
                    accepting: nil, reaching: best.threshold, with: 0)
                best.offer(candidates, segment: 0)
            })
        clause.allow(backTo: 0)
        return best.threshold
    }

    /// The first document at or after `target` in any of the clauses from `first` on.
    private func next(_ target: UInt32, from first: Int) throws -> UInt32 {
        var result = TermCursor.end
        for index in first..<clauses.count {
            result = min(result, try clauses[index].seek(target))
        }
        return result
    }

    /// Sums up all clauses in the next window, and returns where the one after begins.
    private func sumWindow(from target: UInt32, _ collector: HitCollector) throws -> UInt32 {
        let start = try next(target, from: 0)
        guard start != TermCursor.end else { return start }
        accumulators.start(at: start, span: span)
        var floor = -Double.infinity
        var isScoring = true
        if collector.countsSeparately {
            floor = collector.threshold
            isScoring = bound(from: start, through: accumulators.last) >= floor
        }
        for clause in clauses { try accumulators.add(clause, scoring: isScoring) }
        try exclusion?.drop(from: accumulators)
        let count = accumulators.drain(
            into: candidates, accepting: mask, reaching: isScoring ? floor : .infinity, with: 0)
        if collector.countsSeparately {
            collector.collect(best: candidates, of: count)
        } else {
            try collector.collect(candidates)
        }
        return accumulators.last + 1
    }

    /// Computes `bounds` and returns their sum.
    private func bound(from first: UInt32, through last: UInt32) -> Double {
        var sum = 0.0
        for (index, clause) in clauses.enumerated() {
            bounds[index] = clause.bound(from: first, through: last)
            sum += bounds[index]
        }
        return sum
    }

    /// The next block of the only clause without which the threshold is out of reach.
    private func leadBlock(
        from target: UInt32, _ floor: Double, _ collector: HitCollector
    ) throws -> UInt32 {
        let last = clauses.count - 1
        let lead = clauses[last]
        guard let (blockEnd, leadBound) = lead.peek(target) else { return TermCursor.end }
        if leadBound + prefixes[last] < floor { return blockEnd + 1 }
        var rest = 0.0
        for index in 0..<last {
            bounds[index] = clauses[index].bound(from: target, through: blockEnd)
            rest += bounds[index]
        }
        if leadBound + rest < floor { return blockEnd + 1 }
        guard try lead.seek(target) != TermCursor.end else { return TermCursor.end }
        candidates.load(
            lead.postings.documents, try lead.loadScores(), lead.index..<lead.postings.count,
            accepting: mask, reaching: floor, with: rest)
        sortOrder(last)
        try refine(last, rest, floor)
        try exclusion?.drop(from: candidates)
        try collector.collect(candidates)
        return lead.postings.lastDocument + 1
    }

    /// The next window when several clauses are essential for the segment.
    private func window(
        from target: UInt32, _ floor: Double, _ collector: HitCollector
    ) throws -> UInt32 {
        let start = try next(target, from: firstEssential)
        guard start != TermCursor.end else { return start }
        accumulators.start(at: start, span: span)
        let end = accumulators.last
        if bound(from: start, through: end) < floor { return end + 1 }
        sortOrder(clauses.count)
        var refining = 0
        var rest = 0.0
        while rest + bounds[order[refining]] < floor {
            rest += bounds[order[refining]]
            refining += 1
        }
        let essential = order[refining...]
        if span == Accumulators.narrowSpan, rest < floor {
            // Where most documents are touched, looking at all sums costs less than noting which.
            for clause in essential { try accumulators.sum(clauses[clause]) }
            accumulators.drainSums(into: candidates, accepting: mask, reaching: floor, with: rest)
        } else {
            for clause in essential { try accumulators.add(clauses[clause], scoring: true) }
            _ = accumulators.drain(into: candidates, accepting: mask, reaching: floor, with: rest)
        }
        try refine(refining, rest, floor)
        try exclusion?.drop(from: candidates)
        try collector.collect(candidates)
        return end + 1
    }

    /// Adds the scores of the first clauses of `order`, the strongest first, dropping candidates
    /// that fall out of reach. `rest` is the sum of their bounds.
    private func refine(_ count: Int, _ rest: Double, _ floor: Double) throws {
        var rest = rest
        for index in (0..<count).reversed() {
            if candidates.count == 0 { return }
            let clause = order[index]
            try clauses[clause].add(to: candidates)
            rest -= bounds[clause]
            candidates.keep(reaching: floor, with: rest)
        }
    }

    /// Sorts the first `count` clauses, by insertion: they are nearly sorted.
    private func sortOrder(_ count: Int) {
        for index in 0..<clauses.count { order[index] = index }
        for index in 0..<count {
            let worth = bounds[index] * clauses[index].rarity
            var place = index
            while place > 0, bounds[order[place - 1]] * clauses[order[place - 1]].rarity > worth {
                order[place] = order[place - 1]
                place -= 1
            }
            order[place] = index
        }
    }
}
