// Unions of terms whose scores nobody wants: bits, and where only their number is wanted, fewer.

import Segments

/// Any of two or more terms, not scored.
final class UnionBulkScorer: BulkScorer {
    /// A list so many times longer than all others is not read to be counted.
    private static let worthwhileLength = 4

    /// The longest list last.
    private let clauses: [TermCursor]
    private let mask: DocumentBits?
    private let exclusion: Exclusion?
    private let documentCount: Int
    private let candidates: Candidates
    private let window: BitWindow

    init(
        _ clauses: [TermCursor], mask: DocumentBits?, exclusion: Exclusion?, documentCount: Int,
        _ memory: ScorerMemory
    ) {
        self.clauses = clauses.sorted { $0.documentFrequency < $1.documentFrequency }
        self.mask = mask
        self.exclusion = exclusion
        self.documentCount = documentCount
        candidates = memory.candidates
        window = memory.bits
    }

    var maximum: Double { 0 }

    func score(into collector: HitCollector, _ stop: StopSignal) throws {
        // The longest list need not be read to be counted: of the others' documents, those that
        // are not in it are added to its length.
        let longest = clauses[clauses.count - 1]
        let others = clauses.dropLast().reduce(0) { $0 + $1.documentFrequency }
        let sparesLongest =
            collector.countsOnly && mask == nil && exclusion == nil
            && (clauses.count == 2 || longest.documentFrequency / Self.worthwhileLength > others)
        if sparesLongest { collector.count(longest.documentFrequency) }
        let read = sparesLongest ? clauses.dropLast() : clauses[...]
        if sparesLongest, clauses.count == 2 { return try countTwo(collector, stop) }
        var target: UInt32 = 0
        while true {
            try stop.check()
            if collector.isComplete { return }
            var start = TermCursor.end
            for clause in read { start = min(start, try clause.skip(to: target)) }
            guard start < UInt32(documentCount) else { return }
            window.start(around: start)
            for clause in read { try clause.mark(in: window) }
            target = window.last + 1
            if let mask { window.formIntersection(mask) }
            try exclusion?.drop(from: window)
            if sparesLongest {
                collector.count(try window.count - longest.overlap(with: window, candidates))
            } else if collector.countsOnly {
                collector.count(window.count)
            } else {
                try collector.collect(matches: window)
            }
        }
    }
}

extension UnionBulkScorer {
    /// Counts the documents of the shorter of two lists that are not in the longer.
    private func countTwo(_ collector: HitCollector, _ stop: StopSignal) throws {
        var target: UInt32 = 0
        while try clauses[0].seekBlock(target) {
            try stop.check()
            if collector.isComplete { return }
            let postings = clauses[0].postings
            candidates.load(postings.documents, 0..<postings.count, accepting: nil)
            try clauses[1].intersect(candidates, scoring: false)
            collector.count(postings.count - candidates.count)
            target = postings.lastDocument + 1
        }
    }
}

extension TermCursor {
    /// Sets the bits of the term's documents in the window, from the cursor's place on.
    func mark(in window: BitWindow) throws {
        try forEachPart(in: window, { window.insert($0) }, { window.insert($0) })
    }

    /// Clears them.
    func unmark(in window: BitWindow) throws {
        try forEachPart(in: window, { window.remove($0) }, { window.remove($0) })
    }

    /// Calls one of the two with every block of bits that reaches into the window, and the other
    /// with every document in it of other blocks.
    @inline(__always)
    private func forEachPart(
        in window: BitWindow, _ takeBlock: (BlockBits) -> Void, _ takeDocument: (UInt32) -> Void
    ) throws {
        let last = window.last
        var target = window.base
        while try settle(on: target) {
            if let bits = postings.bits {
                takeBlock(bits)
            } else {
                try postings.loadDocuments()
                let documents = postings.documents
                let start = Self.firstIndex(documents, from: index, target)
                let end = endIndex(through: last)
                for place in start..<max(start, end) { takeDocument(documents[place]) }
                advance(to: min(max(start, end), postings.count - 1))
            }
            if postings.lastDocument >= last { return }
            target = postings.lastDocument + 1
        }
    }

    /// How many documents of the window have the term.
    func overlap(with window: BitWindow, _ candidates: Candidates) throws -> Int {
        var sum = 0
        var target = window.base
        while let next = window.next(target), try settle(on: next) {
            if let bits = postings.bits {
                sum += window.count(in: bits)
            } else {
                let last = min(postings.lastDocument, window.last)
                window.load(candidates, from: next, through: last)
                try intersect(candidates, scoring: false)
                sum += candidates.count
            }
            if postings.lastDocument >= window.last { break }
            target = postings.lastDocument + 1
        }
        return sum
    }
}
