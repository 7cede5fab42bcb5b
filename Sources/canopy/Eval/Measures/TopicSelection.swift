// Which topics count.

/// The topics that have judgements, in their order, and what must be told about the others.
struct TopicSelection: Sendable {
    /// Judged: what the mean is over. A topic without hits counts as 0.
    private(set) var counted: [Topic] = []
    /// Asked for, but nobody judged anything: left out.
    private(set) var withoutJudgements: [Identifier] = []
    /// Judged, but not among the topics.
    private(set) var withoutTopic: [Identifier] = []
    /// Counted, though none of the judged documents is relevant: 0 whatever is found.
    private(set) var withoutRelevant: [Identifier] = []

    /// - Parameter topics: nil takes every judged topic, as a stored run is evaluated.
    /// - Throws: `EvalError` when no topic has judgements.
    init(topics: [Topic]?, judgements: Judgements, topicFile: String, judgementFile: String) throws
    {
        let topics = topics ?? judgements.topics.map { Topic(id: $0, text: "") }
        var asked: Set<Identifier> = []
        for topic in topics {
            asked.insert(topic.id)
            guard let grades = judgements[topic.id] else {
                withoutJudgements.append(topic.id)
                continue
            }
            counted.append(topic)
            if grades.values.allSatisfy({ $0 <= 0 }) { withoutRelevant.append(topic.id) }
        }
        withoutTopic = judgements.topics.filter { !asked.contains($0) }
        guard !counted.isEmpty else {
            throw EvalError(
                "no topic of \(topicFile) has a judgement in \(judgementFile): the topics are "
                    + "named \(topics.map(\.id).listed(first: 3)), the judgements are of "
                    + "\(judgements.topics.listed(first: 3)). Are they of one collection?")
        }
    }
}
