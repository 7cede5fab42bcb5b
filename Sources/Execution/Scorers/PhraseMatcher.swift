// How often a phrase occurs in one document, from the positions of its terms.

import Segments

/// Counts a phrase's occurrences in documents that hold all its words.
///
/// Positions are shifted by each term's place in the phrase, so that an exact occurrence has all
/// terms at one place. With a slop, every group of one place per term whose spread is at most the
/// slop counts `1 / (1 + spread)`, where groups are formed as Lucene does: the term that is
/// furthest back moves on until it is no longer the last, and the narrowest spread it saw counts.
/// Two terms that are the same word never share a place in the text.
final class PhraseMatcher {
    /// A term of the phrase and its place in it.
    struct Part {
        let word: PhraseWord
        let offset: Int
    }

    private let parts: [Part]
    /// The parts' words, which they keep: no counting in the inner loops.
    private let words: [Unmanaged<PhraseWord>]
    private let slop: Int
    private let similarity: TermSimilarity
    private var places: UnsafeMutablePointer<Int>
    private var room = 64

    /// - Parameter parts: the rarest term first.
    init(_ parts: [Part], slop: Int, similarity: TermSimilarity) {
        self.parts = parts
        words = parts.map { Unmanaged.passUnretained($0.word) }
        self.slop = slop
        self.similarity = similarity
        places = .allocate(capacity: room)
    }

    deinit { places.deallocate() }

    var isScoring: Bool { similarity.isScoring }

    /// A bound by the frequency of a term of the phrase: exact occurrences cannot be more.
    func bound(frequency: UInt32, document: UInt32) -> Double {
        guard slop == 0 else { return maximum }
        return similarity.score(frequency: Float(frequency), document: document)
    }

    /// A bound for the block of `term`, a term of the phrase, that holds `target`.
    func bound(_ term: TermCursor, at target: UInt32) throws -> Double {
        guard slop == 0, isScoring else { return maximum }
        return try term.bound(at: target, with: similarity) ?? 0
    }

    /// A bound for all documents that have `term`, a term of the phrase.
    func bound(_ term: TermCursor) throws -> Double {
        guard slop == 0, isScoring else { return maximum }
        return try term.maximum(with: similarity)
    }

    /// What no frequency exceeds.
    var maximum: Double {
        isScoring ? ScoreGrid.round(Double(similarity.weight)) : 0
    }

    /// The phrase's score in a document, the lead's posting `slot`; nil when it does not occur. The
    /// document must have been met with every word.
    func score(_ document: UInt32, slot: UInt32) throws -> Double? {
        let frequency = try frequency(slot: Int(slot))
        guard frequency > 0 else { return nil }
        return isScoring ? similarity.score(frequency: frequency, document: document) : 0
    }

    /// How often the phrase occurs in the lead's posting `slot`, met as for `score`.
    @inline(__always)
    func frequency(slot: Int) throws -> Float {
        slop == 0 ? try exactFrequency(slot) : try sloppyFrequency(slot)
    }

    private func exactFrequency(_ slot: Int) throws -> Float {
        let first = try words[0]._withUnsafeGuaranteedRef { try $0.positions(atSlot: slot) }
        if first.count > room { grow(first.count) }
        let places = places
        var count = first.count
        for index in 0..<count { places[index] = Int(first[index]) - parts[0].offset }
        for number in 1..<parts.count {
            let positions = try words[number]._withUnsafeGuaranteedRef {
                try $0.positions(atSlot: slot)
            }
            count = Self.meet(places, count, positions, offset: parts[number].offset)
            if count == 0 { return 0 }
        }
        return Float(count)
    }

    /// Keeps the places at which the term with these positions stands too; returns how many.
    private static func meet(
        _ places: UnsafeMutablePointer<Int>, _ count: Int,
        _ positions: UnsafeBufferPointer<UInt32>, offset: Int
    ) -> Int {
        var kept = 0
        var index = 0
        for candidate in 0..<count {
            let place = places[candidate]
            let wanted = place + offset
            while index < positions.count, Int(positions[index]) < wanted { index += 1 }
            if index == positions.count { break }
            places[kept] = place
            kept += Int(positions[index]) == wanted ? 1 : 0
        }
        return kept
    }

    private func grow(_ needed: Int) {
        places.deallocate()
        room = needed * 2
        places = .allocate(capacity: room)
    }

    private func sloppyFrequency(_ slot: Int) throws -> Float {
        let lists = try parts.map { part in
            try part.word.positions(atSlot: slot).map { Int($0) - part.offset }
        }
        return SloppyPhrase.frequency(
            lists, words: parts.map(\.word.number), offsets: parts.map(\.offset), slop: slop)
    }
}
