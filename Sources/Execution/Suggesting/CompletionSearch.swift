// The heaviest completions of a beginning in some segments.

import Analysis
import Queries
import Segments

/// Looks a beginning up in each class of weights, the heaviest first, and ends with the class in
/// which there are enough; one whose entries have all the same weight, in its middle. So the work
/// is that of the entries of this class that begin so, and of the documents of each, however many
/// lighter ones there are.
struct CompletionSearch {
    /// So many are gathered before they are sorted in.
    private static let batch = 1_024

    let beginning: CompletionBeginning
    let stop: StopSignal

    func find(
        in segments: [SearchedSegment], _ field: (Int) -> FieldIndex?
    ) throws -> [Completion] {
        let automaton: TermAutomaton?
        do {
            automaton = try beginning.automaton()
        } catch {
            throw ExecutionError.badPattern(error.text)
        }
        var result = Completions(beginning)
        for (number, segment) in segments.enumerated() {
            guard let field = field(number) else { continue }
            let found =
                try automaton.map { try find(in: segment, TermMatches($0, in: field, stop), field) }
                ?? find(in: segment, ByClass(beginning.form, field, stop), field)
            add(found, to: &result, segments)
        }
        return result.best
    }

    /// Of one segment, in the order of its terms.
    private func find(
        in segment: SearchedSegment, _ terms: consuming some CompletionTerms, _ field: FieldIndex
    ) throws -> [Completion] {
        var result = Completions(beginning)
        var gathered: [Completion] = []
        var current: UInt8?
        while let (bytes, entry) = try terms.nextTerm() {
            guard let completion = CompletionEntry(term: bytes) else { continue }
            let first = bytes[0]
            let isNext = first != current
            if isNext || gathered.count >= Self.batch {
                add(gathered, to: &result, [segment])
                gathered.removeAll(keepingCapacity: true)
                let isDone = isNext || CompletionEntry.isSingleWeight(first)
                if isDone, result.isFull { break }
                current = first
            }
            try gather(completion, entry, field, segment, &gathered)
        }
        add(gathered, to: &result, [segment])
        return result.best
    }

    private func gather(
        _ completion: CompletionEntry, _ entry: TermEntry, _ field: FieldIndex,
        _ segment: SearchedSegment, _ gathered: inout [Completion]
    ) throws {
        let postings = try field.postings(entry, positions: false)
        try stop.check()
        while try postings.nextBlock() {
            for place in 0..<postings.count {
                let document = postings.documents[place]
                if let live = segment.view.live, !live.isLive(document) { continue }
                let hit = Hit(
                    score: nil, tieKey: segment.view.segment.tieKey(document),
                    address: segment.address(document))
                gathered.append(Completion(entry: completion, hit: hit))
            }
            if gathered.count >= Self.batch {
                var best = Completions(beginning)
                add(gathered, to: &best, [segment])
                gathered = best.best
            }
        }
    }

    private func add(
        _ more: [Completion], to result: inout Completions, _ segments: [SearchedSegment]
    ) {
        func id(_ completion: Completion) -> [UInt8] {
            let address = completion.hit.address
            let segment = segments.first {
                $0.shard == address.shard && $0.ordinal == address.segment
            }
            return segment?.view.segment.id(address.document) ?? []
        }
        result.add(more) { a, b in
            let (left, right) = (id(a), id(b))
            return left == right ? nil : left.lexicographicallyPrecedes(right)
        }
    }
}

/// Terms of a completion field in byte order, each once.
private protocol CompletionTerms {
    mutating func nextTerm() throws -> (term: [UInt8], entry: TermEntry)?
}

extension TermMatches: CompletionTerms {
    fileprivate mutating func nextTerm() throws -> (term: [UInt8], entry: TermEntry)? {
        try next().map { ($0.term, $0.entry) }
    }
}

/// The terms whose forms begin just so, class by class.
private struct ByClass: CompletionTerms {
    private let terms: TermIterator
    private let form: [UInt8]
    private let stop: StopSignal

    init(_ form: [UInt8], _ field: FieldIndex, _ stop: StopSignal) {
        self.form = form
        self.stop = stop
        terms = field.terms(from: nil, to: nil)
    }

    mutating func nextTerm() throws -> (term: [UInt8], entry: TermEntry)? {
        while let (term, entry) = try terms.next() {
            if term.dropFirst().starts(with: form) { return (term, entry) }
            try stop.check()
            guard let first = term.first else { continue }
            let wanted = [first] + form
            if term.lexicographicallyPrecedes(wanted) {
                terms.skip(to: wanted)
            } else if first < 255 {
                terms.skip(to: [first + 1])
            } else {
                return nil
            }
        }
        return nil
    }
}
