// Weighs how well a document's texts answer a question, and what they are about.

import Analysis
import Queries

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Reads evidence from stored texts. The score is BM25F (S. Robertson, H. Zaragoza, M. Taylor,
/// "Simple BM25 extension to multiple weighted fields", 2004) of every word, half by its stem and
/// half by its form without a plural's ending, and of neighbouring words of the question that stand
/// near each other (Y. Rasolofo, J. Savoy, "Term proximity scoring", 2003). What the document is
/// about is a vector of its stems: `1 + ln frequency`, times the inverse document frequency for
/// words of the question, and times a constant for all others.
struct EvidenceReader {
    /// How soon repetitions stop counting.
    private static let saturation = 1.6
    private static let proximitySaturation = 1.2
    private static let lengthShare = 0.75
    private static let stemShare = 0.5
    private static let proximityWeight = 0.3
    /// Positions.
    private static let nearness: Int64 = 8
    /// What a stem that is not asked for weighs, for each unit of ln(documents).
    private static let commonWeight = 0.6
    /// How much more a word in a short field may count than one in the longest.
    private static let largestFieldWeight = 3.0

    private struct Field {
        /// Where in the source the field's values are.
        let sourcePath: String
        let weight: Double
        let averageLength: Double
    }

    private struct Word {
        let stem: Int
        let singular: UInt64
        /// In the question.
        var occurrences: Double
        /// The place of another word of this form, if any.
        var next: Int?
    }

    /// Places of stems of the question, one beside the other.
    private struct Pair: Hashable {
        let first: Int
        let second: Int
    }

    private let fields: [Field]
    private let averageLength: Double
    /// Distinct.
    private var words: [Word] = []
    /// Inverse document frequencies of the stems.
    private var idfs: [Double] = []
    /// By place.
    private var stemHashes: [UInt64] = []
    private var stems: HashPlaces
    /// The first word of each form without a plural's ending.
    private var singulars: HashPlaces
    private var pairs: [Pair: Double] = [:]
    private let commonWeight: Double

    init(_ reranking: Reranking, _ statistics: CollectionStatistics, _ schema: Schema) {
        let counts = reranking.fields.map { statistics.fields[$0.path] ?? FieldCounts() }
        let averages = counts.map { counts in
            counts.documentCount > 0
                ? Double(counts.totalTermFrequency) / Double(counts.documentCount) : 0
        }
        let weights = Self.weights(reranking.fields.map { Double($0.boost) }, averages)
        var fields: [Field] = []
        for (place, field) in reranking.fields.enumerated() where averages[place] > 0 {
            guard var mapping = schema[field.path] else { continue }
            while let parent = mapping.parent.flatMap({ schema[$0] }) { mapping = parent }
            fields.append(
                Field(
                    sourcePath: mapping.path, weight: weights[place],
                    averageLength: averages[place]))
        }
        self.fields = fields
        let documentCount = Double(counts.map(\.documentCount).max() ?? 0)
        let tokenCount = Double(counts.reduce(0) { $0 + $1.totalTermFrequency })
        averageLength = documentCount > 0 ? tokenCount / documentCount : 0
        commonWeight = Self.commonWeight * log(max(2, documentCount))
        stems = HashPlaces(limit: reranking.words.count)
        singulars = HashPlaces(limit: reranking.words.count)
        let places = reranking.words.map { word in
            add(word, reranking.fields, statistics, documentCount: documentCount)
        }
        for (first, second) in zip(places, places.dropFirst()) {
            guard let first, let second, first != second else { continue }
            pairs[Pair(first: first, second: second), default: 0] += 1
        }
    }

    /// Where all fields count alike, words in shorter ones count more.
    private static func weights(_ boosts: [Double], _ averages: [Double]) -> [Double] {
        guard let longest = averages.indices.max(by: { averages[$0] < averages[$1] }) else {
            return []
        }
        if Set(boosts).count > 1, boosts[longest] > 0 {
            return boosts.map { max(0, $0 / boosts[longest]) }
        }
        return averages.map { average in
            average > 0
                ? min(largestFieldWeight, averages[longest] / average) : 0
        }
    }

    /// The place of the word's stem; nil when no document holds it.
    private mutating func add(
        _ word: Reranking.Word, _ fields: [Reranking.Field], _ statistics: CollectionStatistics,
        documentCount: Double
    ) -> Int? {
        let hash = DocumentRouting.hash(word.stem.bytes)
        if stems[hash] == nil {
            let frequencies = fields.map {
                statistics.terms[TermKey(field: $0.path, term: word.stem)] ?? 0
            }
            // Once for every field: how many documents hold it in several is not known.
            let frequency = min(documentCount, Double(frequencies.reduce(0, +)))
            guard frequency > 0 else { return nil }
            stems.add(hash, idfs.count)
            stemHashes.append(hash)
            idfs.append(
                log(1 + (documentCount - frequency + 0.5) / (frequency + 0.5)))
        }
        guard let stem = stems[hash] else { return nil }
        let singular = DocumentRouting.hash(word.singular.bytes)
        if let known = words.firstIndex(where: { $0.stem == stem && $0.singular == singular }) {
            words[known].occurrences += 1
        } else {
            let place = words.count
            words.append(Word(stem: stem, singular: singular, occurrences: 1))
            if let first = singulars[singular] {
                words[place].next = words[first].next
                words[first].next = place
            } else {
                singulars.add(singular, place)
            }
        }
        return stem
    }

    // MARK: A document

    /// What is counted in a document.
    private struct Counts {
        /// Over the fields, frequency by weight and length: by stem, and by word.
        var stems: [Double]
        var singulars: [Double]
        /// Ascending positions by stem.
        var positions: [[Int64]]
        var length = 0.0
        /// Hashes of all telling stems, one per token.
        var vector: [UInt32] = []
    }

    func evidence(_ source: JSONValue) -> Evidence {
        WordForms.with { evidence(source, $0) } ?? Evidence(score: 0)
    }

    private func evidence(_ source: JSONValue, _ forms: WordForms) -> Evidence {
        var counts = Counts(
            stems: Array(repeating: 0, count: idfs.count),
            singulars: Array(repeating: 0, count: words.count),
            positions: Array(repeating: [], count: idfs.count))
        var origin: Int64 = 0
        for field in fields { count(field, source, forms, &counts, &origin) }
        var score = 0.0
        for (place, word) in words.enumerated() {
            let frequency =
                Self.stemShare * counts.stems[word.stem]
                + (1 - Self.stemShare) * counts.singulars[place]
            score +=
                word.occurrences * idfs[word.stem] * (Self.saturation + 1) * frequency
                / (frequency + Self.saturation)
        }
        score += proximity(counts)
        var result = Evidence(score: Float(score))
        vector(&counts.vector, &result)
        return result
    }

    private func count(
        _ field: Field, _ source: JSONValue, _ forms: WordForms, _ counts: inout Counts,
        _ origin: inout Int64
    ) {
        var stemCounts = Array(repeating: 0.0, count: idfs.count)
        var singularCounts = Array(repeating: 0.0, count: words.count)
        var length = 0.0
        var left = Reranking.textLimit
        for text in SourceValues.texts(in: source, path: field.sourcePath) where left > 0 {
            var text = text
            text.withUTF8 { utf8 in
                let part = UnsafeBufferPointer(rebasing: utf8.prefix(left))
                left -= part.count
                forms.read(part)
            }
            length += Double(forms.words.count)
            for word in forms.words {
                if let place = stems[word.stem] {
                    stemCounts[place] += 1
                    counts.positions[place].append(origin + Int64(word.position))
                }
                var match = singulars[word.singular]
                while let place = match {
                    singularCounts[place] += 1
                    match = words[place].next
                }
                if !word.isFunctionWord {
                    counts.vector.append(UInt32(truncatingIfNeeded: word.stem))
                }
            }
            origin += Int64(forms.positionCount)
        }
        counts.length += length
        let norm =
            (1 - Self.lengthShare) + Self.lengthShare * length / field.averageLength
        for place in idfs.indices {
            counts.stems[place] += field.weight * stemCounts[place] / norm
        }
        for place in words.indices {
            counts.singulars[place] += field.weight * singularCounts[place] / norm
        }
    }

    private func proximity(_ counts: Counts) -> Double {
        guard averageLength > 0 else { return 0 }
        let norm = (1 - Self.lengthShare) + Self.lengthShare * counts.length / averageLength
        let half = Self.proximitySaturation * norm
        // In a fixed order: sums of floating point numbers depend on it.
        let ordered = pairs.sorted {
            ($0.key.first, $0.key.second) < ($1.key.first, $1.key.second)
        }
        return ordered.reduce(0) { sum, pair in
            let near = Self.nearPairs(
                counts.positions[pair.key.first], counts.positions[pair.key.second])
            let idf = min(idfs[pair.key.first], idfs[pair.key.second])
            return sum + pair.value * Self.proximityWeight * (Self.proximitySaturation + 1) * idf
                * near / (near + half)
        }
    }

    /// Pairs of two different positions within `nearness`, both ascending.
    private static func nearPairs(_ first: [Int64], _ second: [Int64]) -> Double {
        var count = 0
        var start = 0
        for position in first {
            while start < second.count, second[start] < position - nearness { start += 1 }
            var place = start
            while place < second.count, second[place] <= position + nearness {
                if second[place] != position { count += 1 }
                place += 1
            }
        }
        return Double(count)
    }

    /// The vector of length 1 of a document's stems.
    private func vector(_ tokens: inout [UInt32], _ result: inout Evidence) {
        let asked = stemHashes.map { UInt32(truncatingIfNeeded: $0) }
        tokens.sort()
        var entries: [(stem: UInt32, weight: Double)] = []
        var start = 0
        while start < tokens.count {
            var end = start + 1
            while end < tokens.count, tokens[end] == tokens[start] { end += 1 }
            let weight = asked.firstIndex(of: tokens[start]).map { idfs[$0] } ?? commonWeight
            let frequency = end - start == 1 ? 1 : 1 + log(Double(end - start))
            entries.append((tokens[start], frequency * weight))
            start = end
        }
        if entries.count > Evidence.stemLimit {
            entries.sort { ($1.weight, $0.stem) < ($0.weight, $1.stem) }
            entries.removeSubrange(Evidence.stemLimit...)
            entries.sort { $0.stem < $1.stem }
        }
        let norm = entries.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
        guard norm > 0 else { return }
        result.stems = entries.map(\.stem)
        result.weights = entries.map { Float($0.weight / norm) }
    }
}
