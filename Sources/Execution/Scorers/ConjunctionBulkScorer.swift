// Intersections of terms and phrases, led by the rarest term, with optional terms that only score.

import Segments

/// All required terms and phrases; optional terms add their scores. Works on one block of the
/// rarest term at a time. While pruning, blocks and documents that cannot reach the threshold are
/// dropped as early as their bounds tell, before positions are read.
final class ConjunctionBulkScorer: BulkScorer {
    /// A term that must match. The terms of phrases are required but do not score themselves.
    struct Required {
        let term: TermCursor
        /// Which of the phrases the term is part of; nil: the term is a clause of its own.
        let phrase: Int?
        let word: PhraseWord?

        var isScoring: Bool { phrase == nil && term.similarity.isScoring }

        var maximum: Double { isScoring ? term.maximum : 0 }
    }

    private let lead: Required
    private let others: [Required]
    private let optional: [TermCursor]
    private let phrases: [PhraseMatcher]
    /// Of each phrase that scores, the rarest word: the phrase occurs no more often. The first of
    /// `others` of the phrase; nil: it is the lead.
    private let boundWords: [PhraseWord?]
    /// What each phrase can score at most in the lead's present block.
    private var phraseBounds: [Double]
    private let mask: DocumentBits?
    private let exclusion: Exclusion?
    private let candidates: Candidates
    let maximum: Double

    /// - Parameter required: not empty.
    init(
        _ required: [Required], optional: [TermCursor], phrases: [PhraseMatcher],
        mask: DocumentBits?, exclusion: Exclusion?, candidates: Candidates
    ) throws {
        // Of equally rare ones the first leads: a phrase counts on it.
        var sorted = required
        if (1..<required.count).contains(where: {
            required[$0].term.documentFrequency < required[$0 - 1].term.documentFrequency
        }) {
            sorted = required.enumerated().sorted {
                ($0.element.term.documentFrequency, $0.offset)
                    < ($1.element.term.documentFrequency, $1.offset)
            }.map(\.element)
        }
        lead = sorted.removeFirst()
        others = sorted
        self.optional = optional.sorted { $0.maximum > $1.maximum }
        self.phrases = phrases
        self.mask = mask
        self.exclusion = exclusion
        self.candidates = candidates
        let (lead, others) = (lead, others)
        boundWords = phrases.indices.map { number in
            number == lead.phrase || !phrases[number].isScoring
                ? nil : others.first { $0.phrase == number }?.word
        }
        phraseBounds = try phrases.enumerated().map { number, phrase in
            let rarest = number == lead.phrase ? lead : others.first { $0.phrase == number }
            return try rarest.map { try phrase.bound($0.term) } ?? phrase.maximum
        }
        maximum =
            required.reduce(0) { $0 + $1.maximum } + optional.reduce(0) { $0 + $1.maximum }
            + phraseBounds.reduce(0, +)
    }

    func score(into collector: HitCollector, _ stop: StopSignal) throws {
        var target: UInt32 = 0
        while true {
            try stop.check()
            if collector.isComplete { return }
            let floor = collector.prunes ? collector.threshold : -.infinity
            if floor > maximum { return }
            guard let (blockEnd, leadBound) = lead.term.peek(target) else { return }
            let total = try bound(leadBound, from: target, through: blockEnd)
            if total < floor {
                target = blockEnd + 1
                continue
            }
            guard try lead.term.seek(target) != TermCursor.end else { return }
            let postings = lead.term.postings
            lead.word?.lead(block: postings.block)
            target = postings.lastDocument + 1
            candidates.load(
                postings.documents, lead.term.index..<postings.count, accepting: mask)
            if collector.prunes {
                try intersectPruning(floor, total)
            } else {
                let isScoring =
                    collector.needsScores
                    && !(collector.countsSeparately && total < collector.threshold)
                try intersectAll(scoring: isScoring)
            }
            if candidates.count > 0 { try collector.collect(candidates) }
            if let next = try skip(target) { target = next } else { return }
        }
    }

    /// Where the second rarest term goes on, when that is beyond the lead's present block.
    private func skip(_ target: UInt32) throws -> UInt32? {
        guard let second = others.first else { return target }
        let next = try second.term.skip(to: target)
        return next == TermCursor.end ? nil : next
    }

    /// No document of the lead's block scores more.
    private func bound(
        _ leadBound: Double, from first: UInt32, through last: UInt32
    ) throws -> Double {
        var sum = lead.isScoring ? leadBound : 0
        if let phrase = lead.phrase {
            phraseBounds[phrase] = try phrases[phrase].bound(lead.term, at: first)
        }
        for bound in phraseBounds { sum += bound }
        for other in others where other.isScoring {
            sum += other.term.bound(from: first, through: last)
        }
        for term in optional { sum += term.bound(from: first, through: last) }
        return sum
    }

    /// Narrows the candidates to the matches, with scores if wanted.
    private func intersectAll(scoring: Bool) throws {
        candidates.clearScores()
        for other in others where candidates.count > 0 {
            try other.term.intersect(
                candidates, scoring: scoring && other.isScoring, for: other.word)
        }
        try exclusion?.drop(from: candidates)
        if scoring, lead.isScoring, candidates.count > 0 {
            candidates.addScores(try lead.term.loadScores())
        }
        try matchPhrases(-.infinity, 0)
        guard scoring else { return }
        for term in optional where candidates.count > 0 { try term.add(to: candidates) }
    }

    /// Narrows the candidates to the matches that reach the floor. `total` bounds the whole block.
    private func intersectPruning(_ floor: Double, _ total: Double) throws {
        var rest = total
        if lead.isScoring {
            candidates.takeScores(try lead.term.loadScores())
            rest = remaining()
            candidates.keep(reaching: floor, with: rest)
        } else {
            candidates.clearScores()
        }
        for other in others where candidates.count > 0 {
            let isBounding = other.phrase.map { boundWords[$0] === other.word } ?? false
            try other.term.intersect(
                candidates, scoring: other.isScoring, for: other.word, counting: isBounding)
            guard other.isScoring else { continue }
            rest -= other.term.lastBound
            candidates.keep(reaching: floor, with: rest)
        }
        if !phrases.isEmpty { try exclusion?.drop(from: candidates) }
        try matchPhrases(floor, rest)
        for bound in phraseBounds { rest -= bound }
        for term in optional where candidates.count > 0 {
            try term.add(to: candidates)
            rest -= term.lastBound
            candidates.keep(reaching: floor, with: rest)
        }
        if phrases.isEmpty { try exclusion?.drop(from: candidates) }
    }

    /// The bound of everything but the lead, in the block `bound` was last asked for.
    private func remaining() -> Double {
        var sum = phraseBounds.reduce(0, +)
        for other in others where other.isScoring { sum += other.term.lastBound }
        for term in optional { sum += term.lastBound }
        return sum
    }

    /// Drops the candidates in which a phrase does not occur, after those that cannot reach the
    /// floor even if the phrase occurs as often as its rarest word does. `rest` bounds what is
    /// still to be added, phrases included.
    private func matchPhrases(_ floor: Double, _ rest: Double) throws {
        var rest = rest
        for (number, phrase) in phrases.enumerated() where candidates.count > 0 {
            let isBounded = floor > -.infinity && phrase.isScoring
            let isLed = number == lead.phrase
            if isBounded, isLed { try lead.term.loadFrequencies() }
            let frequencies = lead.term.postings.frequencies
            let word = boundWords[number]
            rest -= phraseBounds[number]
            var kept = 0
            for index in 0..<candidates.count {
                let document = candidates.documents[index]
                let slot = candidates.slots[index]
                let most = isLed ? frequencies[Int(slot)] : word?.frequency(atSlot: Int(slot))
                if isBounded, let most {
                    let best = phrase.bound(frequency: most, document: document)
                    if candidates.scores[index] + best + rest < floor { continue }
                }
                guard let score = try phrase.score(document, slot: slot) else { continue }
                candidates.documents[kept] = document
                candidates.slots[kept] = slot
                candidates.scores[kept] = candidates.scores[index] + score
                kept += 1
            }
            candidates.count = kept
        }
    }
}
