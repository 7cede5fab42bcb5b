// The numbers of BM25 for a term or a phrase in one document.

import Queries
import Segments

struct PostingExplainer {
    let document: UInt32
    /// Of the segment.
    let place: Int
    let entries: TermEntries

    func explain(_ term: TermWeight, _ score: Double) throws -> Explanation {
        let description = "\(term.term.field):\(term.term.term.text)"
        guard term.isScoring else { return Explanation(score, description) }
        let index = try entries.find(term.number, in: place)?.field
        return explained(
            description, score, boost: term.boost, idf(term),
            tf(
                Float(try frequency(of: term.number)), term.similarity, index,
                "freq, occurrences of the term in the document"))
    }

    private func idf(_ term: TermWeight) -> Explanation {
        Explanation(
            term.idf.value, "idf, computed as ln(1 + (N - n + 0.5) / (n + 0.5)) from:",
            [
                Explanation(
                    Double(term.idf.documentFrequency), "n, number of documents with the term"),
                Explanation(
                    Double(term.idf.documentCount), "N, number of documents with the field"),
            ])
    }

    func explain(_ combined: CombinedWeight, _ score: Double) throws -> Explanation? {
        guard let first = combined.terms.first else { return nil }
        var sum: Float = 0
        var fields: [Explanation] = []
        for (term, weight) in zip(combined.terms, combined.fieldWeights) {
            let frequency = Float(try frequency(of: term.number))
            if frequency == 0 { continue }
            let index = try entries.find(term.number, in: place)?.field
            let numbers = tf(frequency, term.similarity, index, "freq, occurrences of the term")
            let inverse = inverse(term.similarity, index)
            sum += weight * (frequency * inverse)
            fields.append(
                Explanation(
                    weight * (frequency * inverse),
                    "\(term.term.field), computed as weight * freq / (k1 * (1 - b + b * dl / "
                        + "avgdl)) from:",
                    [Explanation(weight, "weight of the field")] + numbers.details))
        }
        let description =
            combined.terms.map(\.term.field).joined(separator: ",") + ":" + first.term.term.text
        return Explanation(
            score, "\(description), BM25F, computed as boost * idf * tf from:",
            [
                Explanation(first.boost, "boost"), idf(first),
                Explanation(
                    1 - 1 / (1 + sum), "tf, computed as s / (s + 1), s the sum of:", fields),
            ])
    }

    func explain(_ phrase: PhraseWeight, _ score: Double, frequency: Float) -> Explanation {
        let words = phrase.parts.map(\.term.text).joined(separator: " ")
        let description =
            "\(phrase.field):\"\(words)\"" + (phrase.slop > 0 ? "~\(phrase.slop)" : "")
        guard phrase.isScoring else { return Explanation(score, description) }
        let idf = Explanation(
            phrase.idf, "idf, sum of:",
            phrase.parts.map { Explanation($0.idf, "idf of \($0.term.text)") })
        return explained(
            description, score, boost: phrase.boost, idf,
            tf(
                frequency, phrase.similarity, entries.field(phrase.field, in: place),
                "freq, occurrences of the phrase in the document"))
    }

    private func explained(
        _ description: String, _ score: Double, boost: Float, _ idf: Explanation,
        _ tf: Explanation
    ) -> Explanation {
        Explanation(
            score, "\(description), BM25, computed as boost * idf * tf from:",
            [Explanation(boost, "boost"), idf, tf])
    }

    private func tf(
        _ frequency: Float, _ similarity: FieldSimilarity, _ index: FieldIndex?, _ counted: String
    ) -> Explanation {
        let norm = norm(index)
        return Explanation(
            1 - 1 / (1 + frequency * inverse(similarity, index)),
            "tf, computed as freq / (freq + k1 * (1 - b + b * dl / avgdl)) from:",
            [
                Explanation(frequency, counted),
                Explanation(similarity.parameters.k1, "k1, how much repetition counts"),
                Explanation(similarity.parameters.b, "b, how much length counts"),
                Explanation(
                    Double(NormByte.decoded[Int(norm)]),
                    "dl, length of the field in terms, rounded above 39"),
                Explanation(similarity.averageLength, "avgdl, average length of the field"),
            ])
    }

    private func norm(_ index: FieldIndex?) -> UInt8 {
        index?.norms?[Int(document)] ?? FieldSimilarity.unitNorm
    }

    private func inverse(_ similarity: FieldSimilarity, _ index: FieldIndex?) -> Float {
        similarity.normInverse[Int(norm(index))]
    }

    private func frequency(of number: Int) throws -> UInt32 {
        guard let (field, entry) = try entries.find(number, in: place) else { return 0 }
        let postings = try field.postings(entry, positions: false)
        guard try postings.seekBlock(document) else { return 0 }
        try postings.loadFrequencies()
        for index in 0..<postings.count where postings.documents[index] == document {
            return postings.frequencies[index]
        }
        return 0
    }
}
