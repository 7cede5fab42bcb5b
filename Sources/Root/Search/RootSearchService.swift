// Searches: prepare, scatter, merge, fetch, and tell the truth about what is missing.

import Analysis
import Cluster
import Logging
import Queries
import Storage

/// The root's side of scatter and gather. The answer depends on the documents and the request
/// alone, not on how many leaves there are or what each of them holds.
public struct RootSearchService: SearchService, GenerationSource {
    private let world: World
    private let catalog: Catalog
    private let directory: LeafDirectory
    private let configuration: RootConfiguration
    private let logger: Logger
    private let belief = StatisticsBelief()
    private let metrics = RootMetrics()
    /// Shared with the document and index services, whose answers carry generations, too.
    public let generationWatch: GenerationWatch

    /// New searches after the first attempt: one for a newer mapping, one for lost pins.
    private static let maximumRestarts = 2
    /// How long a search that lost shards waits for a newer table.
    private static let reloadPatience = Duration.milliseconds(250)

    public init(
        world: World, catalog: Catalog, directory: LeafDirectory,
        configuration: RootConfiguration, generationWatch: GenerationWatch, logger: Logger
    ) {
        self.world = world
        self.catalog = catalog
        self.directory = directory
        self.configuration = configuration
        self.generationWatch = generationWatch
        self.logger = logger
    }

    public func generations(of indices: [String]) -> [IndexGeneration]? {
        generationWatch.generations(of: indices)
    }

    public func search(_ request: SearchRequest) async throws -> SearchResponse {
        let start = world.clock.now
        let timeout = min(
            request.timeout ?? configuration.searchTimeout, configuration.maximumSearchTimeout)
        let deadline = start + timeout
        let nowMilliseconds = world.clock.wallMilliseconds
        metrics.searches.increment()
        var trips = 0
        var failed: Set<String> = []
        for attempt in 0... {
            let isLast = attempt == Self.maximumRestarts
            let prepared = try await SearchPreparation(catalog: catalog).run(
                request, nowMilliseconds: nowMilliseconds)
            for index in prepared { generationWatch.noteSearch(of: index.metadata.uuid) }
            var gathered = try await scatter(
                prepared, request, avoiding: failed, deadline: deadline, mayRestart: !isLast)
            trips += gathered.map(\.trips).max() ?? 0
            let replacements = gathered.reduce(0) { $0 + $1.targets.count - $1.plan.targets.count }
            if replacements > 0 { metrics.replacements.increment(by: replacements) }
            if try await mustRestart(gathered, mayRestart: !isLast, deadline: deadline) {
                continue
            }
            learn(gathered)
            let answer = try await finish(
                &gathered, prepared, request, failed: &failed, deadline: deadline,
                mayRestart: !isLast)
            guard var answer else { continue }
            answer.scatter.trips = trips
            answer.took = world.clock.now - start
            metrics.trips.record(trips)
            metrics.duration.recordNanoseconds(answer.took.wholeNanoseconds)
            return answer
        }
        preconditionFailure("the last attempt makes do with what there is")
    }

    // MARK: Scatter

    private func scatter(
        _ prepared: [PreparedIndex], _ request: SearchRequest, avoiding failed: Set<String>,
        deadline: Instant, mayRestart: Bool
    ) async throws -> [GatheredIndex] {
        let departures = directory.departures.count
        let routing = directory.routing
        let shardCount = prepared.reduce(0) { $0 + $1.metadata.shardCount }
        @Sendable func one(_ index: PreparedIndex) async throws -> GatheredIndex {
            let known = belief.statistics(for: index.query, of: index.metadata.uuid)
            let all = routing.copies(
                indexUUID: index.metadata.uuid, shardCount: index.metadata.shardCount)
            let hasChoice = all.contains { $0.count > 1 }
            var copies = CopyChoice(
                loads: directory.loads, departures: departures, avoided: failed,
                seed: hasChoice ? world.random.next() : 0)
            let plan = ScatterPlan(index: index.metadata, copies: all) {
                copies.choose($0, at: world.clock.now)
            }
            // A table that was made by hand moves nothing: its one copy knows all there is.
            if plan.hasChoice || routing.version > 0 || request.session != nil {
                copies.required = generationWatch.requiredSlots(
                    of: index.metadata, request.session)
            }
            return try await ScatterGather(
                plan: plan, query: index.query, belief: known,
                reading: EarlyReading(request, what: index.what, shardCount: shardCount),
                copies: copies, mayRestart: mayRestart, directory: directory,
                clock: world.clock, deadline: deadline
            ).run()
        }
        if prepared.count == 1 { return [try await one(prepared[0])] }
        return try await withThrowingTaskGroup(of: (Int, GatheredIndex).self) { group in
            for (place, index) in prepared.enumerated() {
                group.addTask { (place, try await one(index)) }
            }
            var results: [GatheredIndex?] = Array(repeating: nil, count: prepared.count)
            for try await (place, result) in group { results[place] = result }
            return results.compactMap { $0 }
        }
    }

    /// Prepares for another attempt when the scatter ended with a call for one.
    private func mustRestart(
        _ gathered: [GatheredIndex], mayRestart: Bool, deadline: Instant
    ) async throws -> Bool {
        var must = false
        for index in gathered {
            switch index.ending {
            case .gathered:
                guard mayRestart, !must, !index.failures.isEmpty else { continue }
                must = await hasMoved(index, deadline)
                if !must { must = await isGone(index) }
            case .pinLost: must = true
            case .schemaIsNewer:
                must = true
                try await catalog.reload()
            }
        }
        guard must else { return false }
        metrics.restarts.increment()
        releasePins(gathered)
        return true
    }

    /// Whether a newer table has copies of shards that none of those asked answered for.
    private func hasMoved(_ index: GatheredIndex, _ deadline: Instant) async -> Bool {
        let types = [RemoteError.noShardType, RemoteError.unreachableType]
        let lost = index.failures.filter { types.contains($0.type) }.map(\.shard)
        let now = world.clock.now
        guard !lost.isEmpty, now < deadline else { return false }
        await directory.reload(
            clock: world.clock, until: min(deadline, now + Self.reloadPatience))
        let copies = directory.routing.copies(
            indexUUID: index.plan.indexUUID, shardCount: index.plan.shardCount)
        return lost.contains { shard in
            shard < copies.count
                && copies[shard].contains { !index.plan.copies[shard].contains($0) }
        }
    }

    /// Whether the index is no more: its name, or an alias, may stand for another by now.
    private func isGone(_ gathered: GatheredIndex) async -> Bool {
        let types = [RemoteError.noShardType, RequestError.indexNotFound("").type]
        guard gathered.failures.contains(where: { types.contains($0.type) }),
            let newest = try? await catalog.reload()
        else { return false }
        return newest.index(uuid: gathered.plan.indexUUID) == nil
    }

    private func releasePins(_ gathered: [GatheredIndex]) {
        for index in gathered {
            for (target, response) in zip(index.targets, index.responses) {
                guard let response else { continue }
                directory.releases.add(response.pin, of: target.leaf)
            }
        }
    }

    private func learn(_ gathered: [GatheredIndex]) {
        for index in gathered {
            for response in index.responses {
                guard let response else { continue }
                generationWatch.note(index.plan.indexUUID, response.slots)
            }
            guard index.query.needsStatistics, index.failures.isEmpty,
                let statistics = index.statistics
            else { continue }
            belief.learn(statistics, for: index.query, of: index.plan.indexUUID)
        }
    }

    // MARK: Answer

    /// Nil: a winner's leaf lost its snapshot, search again, not at the leaves in `failed`.
    private func finish(
        _ gathered: inout [GatheredIndex], _ prepared: [PreparedIndex], _ request: SearchRequest,
        failed: inout Set<String>, deadline: Instant, mayRestart: Bool
    ) async throws -> SearchResponse? {
        let phase = FetchPhase(directory: directory, clock: world.clock)
        do {
            try AnswerPolicy.check(gathered, request)
        } catch {
            releasePins(gathered)
            metrics.failedShards.increment(by: gathered.reduce(0) { $0 + $1.failures.count })
            throw error
        }
        guard
            let suggestions = try await suggest(
                prepared, &gathered, request, failed: &failed, deadline: deadline,
                mayRestart: mayRestart)
        else { return nil }
        let mergeStart = world.clock.now
        let reranks = prepared.contains { $0.what.reranking != nil }
        let merged = HitMerger.merge(gathered, request, reranks: reranks)
        let facets = try await facets(merged, prepared, request)
        let mergeEnd = world.clock.now
        let completed = suggestions.completions.flatMap { $0 }
        let fetched = try await phase.run(
            merged.winners + completed.map(\.winner), gathered,
            Self.reading(prepared, gathered, request),
            deadline: max(deadline, mergeEnd + configuration.fetchGrace))
        if !fetched.failures.isEmpty {
            if mayRestart {
                note(fetched.failures, gathered, in: &failed)
                return nil
            }
            for failure in fetched.failures {
                gathered[failure.source.index].lose(failure.source.target, failure.error)
            }
            try AnswerPolicy.check(gathered, request)
        }
        for (source, took) in fetched.took {
            gathered[source.index].reports[source.target].fetched += took
        }
        var response = SearchResponse()
        response.shards = AnswerPolicy.summary(gathered)
        response.timedOut = response.shards.failures.contains {
            $0.type == RemoteError.timeoutType
        }
        var read = zip(merged.winners, fetched.documents).compactMap { winner, document in
            document.map { ReadHit(winner: winner, document: $0) }
        }
        if reranks { read = SecondRanking.page(of: read, request) }
        response.hits = read.map {
            Self.hit($0, prepared[$0.winner.index].metadata.name, request)
        }
        response.total = merged.total
        response.maximumScore = merged.maximumScore
        response.facets = facets
        response.suggestions = suggestions.answers(
            documents: fetched.documents.dropFirst(merged.winners.count),
            names: prepared.map(\.metadata.name))
        response.generations = AnswerPolicy.generations(gathered)
        response.scatter = ScatterReport(
            coverage: AnswerPolicy.coverage(response.shards),
            leaves: gathered.flatMap(\.reports).filter { !$0.shards.isEmpty },
            merged: mergeEnd - mergeStart,
            exact: gathered.allSatisfy { $0.ending == .gathered(isExact: true) })
        note(response.shards)
        return response
    }

    private func note(_ shards: ShardsSummary) {
        guard shards.failed > 0 else { return }
        metrics.failedShards.increment(by: shards.failed)
        logger.warning(
            "A search was answered in part.",
            metadata: [
                "failed_shards": "\(shards.failed)",
                "reason": "\(shards.failures.first?.reason ?? "")",
            ])
    }

    /// The next attempt asks other copies than those that could not be read from.
    private func note(
        _ failures: [FetchPhase.Failure], _ gathered: [GatheredIndex], in failed: inout Set<String>
    ) {
        metrics.restarts.increment()
        for failure in failures where failure.error.type != RemoteError.missingPinType {
            failed.insert(
                gathered[failure.source.index].targets[failure.source.target].leaf.name)
        }
    }

    /// Nil: a leaf lost its snapshot, search again. In the last attempt leaves that are lost now
    /// are left out.
    private func suggest(
        _ prepared: [PreparedIndex], _ gathered: inout [GatheredIndex], _ request: SearchRequest,
        failed: inout Set<String>, deadline: Instant, mayRestart: Bool
    ) async throws -> SuggestPhase.Outcome? {
        let phase = SuggestPhase(directory: directory, clock: world.clock)
        while true {
            let outcome = try await phase.run(prepared, gathered, request, deadline: deadline)
            if outcome.failures.isEmpty { return outcome }
            if mayRestart {
                note(outcome.failures, gathered, in: &failed)
                releasePins(gathered)
                return nil
            }
            for failure in outcome.failures {
                gathered[failure.source.index].lose(failure.source.target, failure.error)
            }
            try AnswerPolicy.check(gathered, request)
        }
    }

    /// What is read of each index's winners.
    private static func reading(
        _ prepared: [PreparedIndex], _ gathered: [GatheredIndex], _ request: SearchRequest
    ) -> [FetchSpecification] {
        zip(prepared, gathered).map { prepared, gathered in
            var what = prepared.what
            what.reranking?.statistics = gathered.scoredWith ?? CollectionStatistics()
            if request.explain {
                what.explainedWith = gathered.scoredWith ?? CollectionStatistics()
            }
            return what
        }
    }

    private static func hit(
        _ read: ReadHit, _ index: String, _ request: SearchRequest
    ) -> SearchHit {
        let (winner, document) = (read.winner, read.document)
        let showsScore =
            request.sort.isEmpty || request.trackScores
            || request.sort.contains { $0.field == .score }
        return SearchHit(
            index: index, id: String(decoding: document.id, as: UTF8.self),
            score: showsScore ? winner.hit.score : nil, source: document.source,
            sortValues: request.sort.isEmpty ? [] : winner.hit.sortValues,
            highlights: document.highlights, version: request.version ? document.version : nil,
            sequenceNumber: request.sequenceNumber ? document.sequenceNumber : nil,
            primaryTerm: request.sequenceNumber ? document.primaryTerm : nil,
            explanation: document.explanation)
    }

    /// Facets may have very many values, so they are ordered where other heavy work is done.
    private func facets(
        _ merged: MergedHits, _ prepared: [PreparedIndex], _ request: SearchRequest
    ) async throws -> [FacetAnswer] {
        guard !request.aggregations.isEmpty else { return [] }
        let named = prepared.first?.query.aggregations ?? request.aggregations
        let types = named.map { named in
            prepared.lazy.compactMap { $0.metadata.schema[named.aggregation.field]?.type }.first
        }
        return try await world.compute.run(.query) {
            zip(named, types).map { named, type in
                FacetAnswer(
                    name: named.name, aggregation: named.aggregation,
                    result: FacetResult.reduce(
                        named.aggregation, merged.facets[named.name].map { [$0] } ?? []),
                    fieldType: type)
            }
        }
    }
}

extension GatheredIndex {
    /// Counts a leaf's shards as failed after all: their hits could not be read.
    fileprivate mutating func lose(_ target: Int, _ error: RemoteError) {
        let known = Set(failures.map(\.shard))
        let leaf = targets[target]
        failures += leaf.shards.filter { !known.contains($0) }.map {
            ShardFailure(
                index: plan.indexName, shard: $0, node: leaf.leaf.name, type: error.type,
                reason: "its hits could not be read: \(error.reason)")
        }
        failures.sort { $0.shard < $1.shard }
        errors.append(error)
        responses[target] = nil
    }
}
