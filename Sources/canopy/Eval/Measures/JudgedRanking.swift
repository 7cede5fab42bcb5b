// A ranking seen through the judgements of its topic.

/// What measures are computed from.
struct JudgedRanking: Sendable, Hashable {
    /// The grade of each document by rank; nil when nobody judged it.
    let grades: [Int?]
    /// The grades above 0 of all judged documents, found or not, best first.
    let ideal: [Int]

    var relevantCount: Int { ideal.count }

    init(grades: [Int?], ideal: [Int]) {
        self.grades = grades
        self.ideal = ideal
    }

    /// - Parameter documents: best first, each once.
    init(_ documents: some Sequence<Identifier>, judgements: TopicJudgements) {
        grades = documents.map { judgements[$0] }
        ideal = judgements.values.filter { $0 > 0 }.sorted(by: >)
    }

    /// Whether the document at each of the first ranks is relevant.
    func relevance(upTo cutoff: Int?) -> some Sequence<Bool> {
        grades.prefix(cutoff ?? grades.count).lazy.map { ($0 ?? 0) > 0 }
    }
}
