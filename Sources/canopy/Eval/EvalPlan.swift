// Everything an evaluation was asked for, read and checked before the first search.

/// The systems, the collection and the measures.
struct EvalPlan: Sendable {
    /// One, or two to compare.
    let systems: [EvalSystem]
    let selection: TopicSelection
    let judgements: Judgements
    let measures: [Measure]
    /// Hits that count per topic; nil: all of a run file.
    let depth: Int?
    let concurrency: Int
    /// Where to write the first system's hits.
    let runPath: String?
    let tag: String

    /// Evaluates one system.
    /// - Parameter writer: gets the hits of an index as they come.
    func evaluate(
        _ system: EvalSystem, writer: RunFileWriter?, progress: EvalProgress, clock: SteadyClock
    ) async throws -> Evaluation {
        let topics = selection.counted
        var rankings: [JudgedRanking] = []
        rankings.reserveCapacity(topics.count)
        switch system.source {
        case .run(let path):
            progress.begin("\(system.shortName): reading", topics: 0, now: clock.now)
            let run = try StoredRun.read(path)
            for topic in topics {
                let ranking = run.ranking(of: topic.id)
                rankings.append(judged(ranking.prefix(depth ?? ranking.count), topic))
            }
        case .index(let search):
            progress.begin("\(system.shortName): asked", topics: topics.count, now: clock.now)
            try await search.each(of: topics, concurrency: concurrency, progress: progress) {
                number, hits in
                let topic = topics[number]
                try writer?.append(hits, for: topic.id)
                rankings.append(judged(hits.lazy.map(\.document), topic))
            }
        }
        return Evaluation(measures: measures, rankings: rankings)
    }

    private func judged(
        _ documents: some Sequence<Identifier>, _ topic: Topic
    ) -> JudgedRanking {
        JudgedRanking(documents, judgements: judgements[topic.id] ?? [:])
    }
}
