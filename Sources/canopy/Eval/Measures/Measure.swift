// What a ranking is worth, by trec_eval's definitions.

/// A measure of one topic's ranking, written `ndcg@10`. Documents of a grade above 0 are relevant,
/// documents nobody judged are not.
struct Measure: Hashable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        /// The mean, over all relevant documents, of the precision where each was found.
        case map
        /// Discounted gain as part of the best possible.
        case ndcg
        /// One over the rank of the first relevant document.
        case rr
        /// Relevant documents among the first k, as part of k.
        case p
        /// Relevant documents among the first k, as part of all relevant ones.
        case r
        /// Judged documents among the first k, as part of those found.
        case judged
    }

    let kind: Kind
    /// How many of the first documents count; nil: all that were found.
    let cutoff: Int?

    init(_ kind: Kind, at cutoff: Int? = nil) {
        self.kind = kind
        self.cutoff = cutoff
    }

    /// What is printed unless asked otherwise.
    static let standard = [
        Measure(.map), Measure(.ndcg, at: 10), Measure(.rr, at: 10), Measure(.p, at: 5),
        Measure(.p, at: 10), Measure(.r, at: 100), Measure(.r, at: 1000), Measure(.judged, at: 10),
    ]

    /// `map`, `ndcg@10`, `RR@10`, `recall@100`, `mrr`, …; nil when it is no measure. `p`, `r` and
    /// `judged` need their number.
    init?(_ text: String) {
        let parts = text.lowercased().split(separator: "@", omittingEmptySubsequences: false)
        guard let name = parts.first, parts.count <= 2 else { return nil }
        guard let kind = Kind(rawValue: String(name)) ?? Self.aliases[String(name)] else {
            return nil
        }
        var cutoff: Int?
        if parts.count == 2 {
            guard let number = Int(parts[1]), (1...Self.cutoffLimit).contains(number) else {
                return nil
            }
            cutoff = number
        }
        let needsCutoff = kind == .p || kind == .r || kind == .judged
        guard cutoff != nil || !needsCutoff else { return nil }
        self.init(kind, at: cutoff)
    }

    /// Measures separated by commas, each once; nil if one is none.
    static func list(_ text: String) -> [Measure]? {
        var measures: [Measure] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let measure = Measure(part.trimmed) else { return nil }
            if !measures.contains(measure) { measures.append(measure) }
        }
        return measures
    }

    private static let cutoffLimit = 1_000_000
    private static let aliases: [String: Kind] = [
        "ap": .map, "mrr": .rr, "recip_rank": .rr, "precision": .p, "recall": .r,
    ]

    /// As people write it: "nDCG@10".
    var name: String { Self.names[kind, default: kind.rawValue] + (cutoff.map { "@\($0)" } ?? "") }

    /// As programs do: "ndcg@10".
    var key: String { kind.rawValue + (cutoff.map { "@\($0)" } ?? "") }

    private static let names: [Kind: String] = [
        .map: "MAP", .ndcg: "nDCG", .rr: "RR", .p: "P", .r: "R", .judged: "Judged",
    ]
}
