// Makes suggestions from what the leaves know of words.

import Analysis
import Cluster
import Queries
import Storage

/// The numbers that corrections of single words are made from came with the hits. Which rows of
/// words matter to a phrase is known only then: one more message asks every leaf for their
/// frequencies, in the snapshots that were searched.
struct SuggestPhase: Sendable {
    let directory: LeafDirectory
    let clock: any NodeClock

    /// A completion and where to read its document.
    struct FoundCompletion: Sendable {
        var entry: CompletionEntry
        var winner: Winner

        func option(_ document: FetchedDocument, index: String) -> SuggestOption {
            let score = Float(entry.weight)
            return SuggestOption(
                text: String(decoding: entry.surface, as: UTF8.self), score: score,
                hit: SearchHit(
                    index: index, id: String(decoding: document.id, as: UTF8.self), score: score,
                    source: document.source))
        }
    }

    struct Outcome: Sendable {
        /// In the request's order.
        var answers: [SuggestAnswer] = []
        /// Of each answer the completions whose documents are to be read; none of corrections.
        var completions: [[FoundCompletion]] = []
        /// Leaves that could not be asked again. Nothing is suggested then.
        var failures: [FetchPhase.Failure] = []

        /// The answers with the documents of completions.
        /// - Parameters:
        ///   - documents: of all completions, in their order.
        ///   - names: of the indices that were searched.
        func answers(
            documents: ArraySlice<FetchedDocument?>, names: [String]
        ) -> [SuggestAnswer] {
            var rest = documents
            return zip(answers, completions).map { answer, completions in
                guard answer.kind == .completion, !answer.entries.isEmpty else { return answer }
                let read = rest.prefix(completions.count)
                rest = rest.dropFirst(completions.count)
                var answer = answer
                answer.entries[0].options = zip(completions, read).compactMap { found, document in
                    document.map { found.option($0, index: names[found.winner.index]) }
                }
                return answer
            }
        }
    }

    /// - Throws: only `CancellationError`.
    func run(
        _ prepared: [PreparedIndex], _ gathered: [GatheredIndex], _ request: SearchRequest,
        deadline: Instant
    ) async throws -> Outcome {
        guard !request.suggestions.isEmpty else { return Outcome() }
        guard let suggestions = prepared.first?.suggestions else {
            return Outcome(
                answers: request.suggestions.map(AnalyzedSuggestion.empty),
                completions: request.suggestions.map { _ in [] })
        }
        var known = CollectionStatistics()
        for index in gathered {
            for response in index.responses { if let response { known.add(response.suggested) } }
        }
        var further = SuggestionNeeds()
        for suggestion in suggestions { further.formUnion(suggestion.furtherNeeds(known)) }
        var outcome = Outcome()
        if !further.isEmpty {
            outcome.failures = try await ask(further, gathered, &known, deadline: deadline)
        }
        if outcome.failures.isEmpty {
            outcome.answers = suggestions.map { $0.answer(known) }
            let needs = SuggestionNeeds(suggestions)
            outcome.completions = suggestions.map { suggestion in
                suggestion.beginning.map { Self.complete($0, needs, gathered) } ?? []
            }
        }
        return outcome
    }

    /// The best completions of all leaves and indices. Those that cannot be told apart come in the
    /// order of their indices.
    private static func complete(
        _ beginning: CompletionBeginning, _ needs: SuggestionNeeds, _ gathered: [GatheredIndex]
    ) -> [FoundCompletion] {
        guard let number = needs.beginnings.firstIndex(of: beginning) else { return [] }
        var sources: [FetchPhase.Source] = []
        var best = Completions(beginning)
        for (index, gathered) in gathered.enumerated() {
            for (target, response) in gathered.responses.enumerated() {
                guard let lists = response?.completions, number < lists.count else { continue }
                let more = lists[number].map { completion in
                    var completion = completion
                    completion.hit.leaf = sources.count
                    return completion
                }
                sources.append(FetchPhase.Source(index: index, target: target))
                best.add(more)
            }
        }
        return best.best.map { completion in
            var hit = completion.hit
            let source = sources[hit.leaf]
            hit.leaf = source.target
            return FoundCompletion(
                entry: completion.entry, winner: Winner(hit: hit, index: source.index))
        }
    }

    /// Adds up what the leaves know of `needs`.
    private func ask(
        _ needs: SuggestionNeeds, _ gathered: [GatheredIndex],
        _ known: inout CollectionStatistics, deadline: Instant
    ) async throws -> [FetchPhase.Failure] {
        var query = ShardQuery(query: .matchNone, count: 0, trackTotalHits: .none)
        query.suggested = needs
        var sources: [FetchPhase.Source] = []
        var calls: [DeadlineGroup.Call<LeafSearchResponse>] = []
        for (index, gathered) in gathered.enumerated() {
            let encoding = SharedEncoding()
            for (number, response) in gathered.responses.enumerated() {
                guard let response, !response.slots.isEmpty else { continue }
                let target = gathered.targets[number]
                sources.append(FetchPhase.Source(index: index, target: number))
                let request = LeafSearchRequest(
                    indexUUID: gathered.plan.indexUUID, indexName: gathered.plan.indexName,
                    shards: target.shards, schemaVersion: gathered.plan.schemaVersion,
                    query: query, pin: response.pin, encoding: encoding)
                let service = directory.service(target.leaf)
                calls.append(
                    DeadlineGroup.Call(on: service.executor, to: target.leaf) {
                        try await service.search(request, deadline: deadline)
                    })
            }
        }
        let answers = try await DeadlineGroup.run(
            calls, deadline: deadline, clock: clock, directory: directory)
        var failures: [FetchPhase.Failure] = []
        for (source, answer) in zip(sources, answers) {
            do {
                known.add(try answer.get().suggested)
            } catch {
                failures.append(
                    FetchPhase.Failure(source: source, error: RemoteError(describing: error)))
            }
        }
        return failures
    }
}
