// The front's cache: remembers complete answers under the exact generation they were made from.

import Cluster
import Metrics
import Queries
import Storage
import Synchronization

/// Decorates a `SearchService`. An answer is found again only for the same request on the same
/// generation of every index, so nothing is ever invalidated. Equal requests under way share one
/// run. Requests are passed through when the generation is unknown, when the answer depends on
/// the clock, when the caller says `request_cache=false`, or when it has a token of newer writes.
public final class CachingSearchService: SearchService {
    /// Bytes the cache may hold unless told otherwise.
    public static let defaultBudget = 64 << 20

    private struct FlightKey: Hashable {
        let answer: AnswerKey
        /// A shorter time-out may cut an answer short, which the others have not asked for.
        let timeout: Duration?
        let allowPartialResults: Bool
        let profile: Bool
    }

    private let inner: any SearchService
    private let generations: any GenerationSource
    private let answers: Mutex<S3FIFO<AnswerKey, RememberedAnswer>>
    private let flights = SingleFlight<FlightKey, SearchResponse>()
    private let verdictCounters: [CacheVerdict: Counter]
    private let byteGauge: Gauge
    private let entryGauge: Gauge

    /// - Parameter budget: bytes that answers may take; 0 turns the cache off.
    public init(
        _ inner: any SearchService, generations: any GenerationSource,
        budget: Int = CachingSearchService.defaultBudget, metrics: any MetricsFactory
    ) {
        self.inner = inner
        self.generations = generations
        answers = Mutex(S3FIFO(budget: budget))
        var counters: [CacheVerdict: Counter] = [:]
        for verdict in [CacheVerdict.hit, .miss, .bypass] {
            counters[verdict] = Counter(
                label: "canopy_cache_requests", dimensions: [("verdict", verdict.rawValue)],
                factory: metrics)
        }
        verdictCounters = counters
        byteGauge = Gauge(label: "canopy_cache_bytes", factory: metrics)
        entryGauge = Gauge(label: "canopy_cache_answers", factory: metrics)
    }

    public func search(_ request: SearchRequest) async throws -> SearchResponse {
        let lookup = lookUp(PreparedRequest(request))
        if let answer = lookup.answer { return answer.response }
        return try await compute(lookup)
    }

    /// What the cache knows of a request.
    struct Lookup: Sendable {
        fileprivate let prepared: PreparedRequest
        let answer: RememberedAnswer?
        /// nil: bypass.
        fileprivate let key: AnswerKey?
    }

    /// Looks without waiting for anything.
    func lookUp(_ prepared: PreparedRequest) -> Lookup {
        guard !prepared.canonicalBytes.isEmpty,
            let known = generations.generations(of: prepared.request.indices), !known.isEmpty
        else { return Lookup(prepared: prepared, answer: nil, key: nil) }
        // The client has written more than this front has heard of.
        if let session = prepared.request.session, known.contains(where: session.isNewer) {
            return Lookup(prepared: prepared, answer: nil, key: nil)
        }
        let key = AnswerKey(known, canonicalRequest: prepared.canonicalBytes)
        let answer = remembered(key)
        if answer != nil { verdictCounters[.hit]?.increment() }
        return Lookup(prepared: prepared, answer: answer, key: key)
    }

    /// Asks the service behind the cache, once for all who ask the same at the same time.
    func compute(_ lookup: Lookup) async throws -> SearchResponse {
        let verdict: CacheVerdict = lookup.key == nil ? .bypass : .miss
        verdictCounters[verdict]?.increment()
        let run: @Sendable () async throws -> SearchResponse = { [self] in
            var response = try await inner.search(lookup.prepared.request)
            response.scatter.cacheVerdict = verdict
            store(response, lookup.prepared.canonicalBytes)
            return response
        }
        guard let key = lookup.key else { return try await run() }
        // Between the look-up and the flight another flight may have landed.
        let runOnce: @Sendable () async throws -> SearchResponse = { [self] in
            if let known = remembered(key) { return known.response }
            return try await run()
        }
        let flight = FlightKey(
            answer: key, timeout: lookup.prepared.request.timeout,
            allowPartialResults: lookup.prepared.request.allowPartialResults,
            profile: lookup.prepared.request.profile)
        return try await flights.run(flight, runOnce)
    }

    private func remembered(_ key: AnswerKey) -> RememberedAnswer? {
        answers.withLock { $0.value(for: key) }
    }

    private func store(_ response: SearchResponse, _ canonicalRequest: [UInt8]) {
        guard !canonicalRequest.isEmpty, response.isCacheable else { return }
        let key = AnswerKey(response.generations, canonicalRequest: canonicalRequest)
        // The answer and what it is sent as are about the same size.
        let byteCount = 2 * response.estimatedBytes
        let answer = RememberedAnswer(response)
        let (bytes, count) = answers.withLock { answers in
            answers.insert(answer, for: key, byteCount: byteCount)
            return (answers.byteCount, answers.count)
        }
        byteGauge.record(bytes)
        entryGauge.record(count)
    }
}

extension Explanation {
    /// About what it takes in memory, in bytes.
    fileprivate var estimatedBytes: Int {
        details.reduce(96 + description.utf8.count) { $0 + $1.estimatedBytes }
    }
}

extension SearchResponse {
    /// Complete, exact and labelled with where it comes from.
    var isCacheable: Bool {
        !timedOut && shards.failed == 0 && scatter.exact && scatter.coverage >= 1
            && !generations.isEmpty
    }

    /// About what it takes in memory, in bytes.
    var estimatedBytes: Int {
        var sum = MemoryLayout<SearchResponse>.size + 512
        for hit in hits {
            sum += MemoryLayout<SearchHit>.size + 64 + (hit.source?.count ?? 0) + hit.id.utf8.count
            sum += 32 * hit.sortValues.count
            sum += hit.explanation?.estimatedBytes ?? 0
            for field in hit.highlights {
                sum += field.fragments.reduce(64) { $0 + $1.utf8.count + 32 }
            }
        }
        for facet in facets { sum += 96 * facet.result.buckets.count + 256 }
        for entry in suggestions.flatMap(\.entries) {
            sum += entry.options.reduce(256) {
                $0 + 128 + 2 * $1.text.utf8.count + ($1.hit?.source?.count ?? 0)
            }
        }
        for leaf in scatter.leaves { sum += 160 + 8 * leaf.shards.count }
        for generation in generations { sum += 96 + 8 * generation.slots.count }
        return sum
    }
}
