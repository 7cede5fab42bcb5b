// How often a phrase occurs in one document, from the positions of its terms.

import Segments

/// Counts a phrase's occurrences in documents asked for in ascending order.
///
/// Positions are shifted by each term's place in the phrase, so that an exact occurrence has all
/// terms at one place. With a slop, every group of one place per term whose spread is at most the
/// slop counts `1 / (1 + spread)`, where groups are formed as Lucene does: the term that is
/// furthest back moves on until it is no longer the last, and the narrowest spread it saw counts.
/// Two terms that are the same word never share a place in the text.
final class PhraseMatcher {
    /// A term of the phrase: its postings with positions and its place in the phrase.
    struct Part {
        let cursor: PostingsCursor
        let offset: Int
        /// Parts with equal numbers are the same word.
        let word: Int
    }

    private let parts: [Part]
    private let slop: Int
    private let similarity: TermSimilarity
    /// Per part, the document's place in its block.
    private let indices: UnsafeMutablePointer<Int>
    /// Per part, the block its place is in.
    private let blocks: UnsafeMutablePointer<Int>
    private var places: UnsafeMutablePointer<Int>
    private var room = 64
    private var lists: [[Int]]

    /// - Parameter parts: the rarest term first.
    init(_ parts: [Part], slop: Int, similarity: TermSimilarity) {
        self.parts = parts
        self.slop = slop
        self.similarity = similarity
        indices = .allocate(capacity: parts.count)
        indices.initialize(repeating: 0, count: parts.count)
        blocks = .allocate(capacity: parts.count)
        blocks.initialize(repeating: -1, count: parts.count)
        places = .allocate(capacity: room)
        lists = [[Int]](repeating: [], count: parts.count)
    }

    deinit {
        indices.deallocate()
        blocks.deallocate()
        places.deallocate()
    }

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

    /// The phrase's score in the document; nil when it does not occur. The document must hold every
    /// term, and documents must not descend.
    func score(_ document: UInt32) throws -> Double? {
        for (number, part) in parts.enumerated() {
            guard try seek(part.cursor, number, document) else { return nil }
        }
        let frequency = slop == 0 ? try exactFrequency() : try sloppyFrequency()
        guard frequency > 0 else { return nil }
        return isScoring ? similarity.score(frequency: frequency, document: document) : 0
    }

    private func seek(_ cursor: PostingsCursor, _ number: Int, _ document: UInt32) throws -> Bool {
        if cursor.count == 0 || cursor.lastDocument < document {
            guard try cursor.seekBlock(document) else { return false }
        }
        if blocks[number] != cursor.block {
            blocks[number] = cursor.block
            indices[number] = 0
        }
        let index = TermCursor.firstIndex(
            cursor.documents, from: indices[number], document)
        indices[number] = index
        return cursor.documents[index] == document
    }

    private func exactFrequency() throws -> Float {
        let first = try parts[0].cursor.positions(at: indices[0])
        if first.count > room { grow(first.count) }
        let places = places
        var count = first.count
        for index in 0..<count { places[index] = Int(first[index]) - parts[0].offset }
        for number in 1..<parts.count {
            let positions = try parts[number].cursor.positions(at: indices[number])
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

    private func sloppyFrequency() throws -> Float {
        for number in parts.indices {
            lists[number].removeAll(keepingCapacity: true)
            for position in try parts[number].cursor.positions(at: indices[number]) {
                lists[number].append(Int(position) - parts[number].offset)
            }
        }
        return SloppyPhrase.frequency(
            lists, words: parts.map(\.word), offsets: parts.map(\.offset), slop: slop)
    }
}
