// What is remembered, under which name, and what never is.
import Analysis
import Cluster
import Queries
import Testing

@testable import Front

@Suite struct CachingSearchServiceTests {
    private let inner = FakeSearch()
    private let generations = FakeGenerations()
    private let cache: CachingSearchService

    init() {
        cache = CachingSearchService(
            inner, generations: generations, metrics: MetricsRegistry())
    }

    private func request(_ text: String = "trees") -> SearchRequest {
        SearchRequest(
            indices: ["books"], query: .match(MatchQuery(field: "title", value: .string(text))))
    }

    private func verdict(_ request: SearchRequest) async throws -> CacheVerdict {
        try await cache.search(request).scatter.cacheVerdict
    }

    @Test func theSecondEqualRequestIsAHit() async throws {
        #expect(try await verdict(request()) == .miss)
        #expect(try await verdict(request()) == .hit)
        #expect(try await verdict(request("oaks")) == .miss)
        #expect(inner.requests.count == 2)
    }

    @Test func aHitIsTheAnswerThatWasStored() async throws {
        var first = try await cache.search(request())
        first.scatter.cacheVerdict = .hit
        #expect(try await cache.search(request()) == first)
    }

    @Test func aNewGenerationIsANewName() async throws {
        #expect(try await verdict(request()) == .miss)
        generations.set([Samples.generation(42)])
        inner.answers { _ in
            var newer = Samples.response
            newer.generations = [Samples.generation(42)]
            return newer
        }
        #expect(try await verdict(request()) == .miss)
        #expect(try await verdict(request()) == .hit)
        generations.set([Samples.generation(41)])
        #expect(try await verdict(request()) == .hit)
    }

    @Test func aTokenOfNewerWritesGoesPastTheCache() async throws {
        #expect(try await verdict(request()) == .miss)
        var token = SessionToken()
        token.note("u-books", 0, 41)
        token.note("u-other", 0, 99)
        var asked = request()
        asked.session = token
        #expect(try await verdict(asked) == .hit, "the front knows as much")
        token.note("u-books", 0, 42)
        asked.session = token
        inner.answers { _ in
            var newer = Samples.response
            newer.generations = [Samples.generation(42)]
            return newer
        }
        #expect(try await verdict(asked) == .bypass)
        #expect(inner.requests.last?.session == token)
        // What it found is remembered for those who know of it.
        generations.set([Samples.generation(42)])
        #expect(try await verdict(asked) == .hit)
        #expect(try await verdict(request()) == .hit)
    }

    @Test func anAnswerIsStoredUnderTheGenerationItNames() async throws {
        inner.answers { _ in
            var newer = Samples.response
            newer.generations = [Samples.generation(43)]
            return newer
        }
        #expect(try await verdict(request()) == .miss)
        #expect(try await verdict(request()) == .miss)
        generations.set([Samples.generation(43)])
        #expect(try await verdict(request()) == .hit)
    }

    @Test func anUnknownGenerationIsABypassThatIsRememberedAllTheSame() async throws {
        generations.set(nil)
        #expect(try await verdict(request()) == .bypass)
        #expect(try await verdict(request()) == .bypass)
        generations.set([])
        #expect(try await verdict(request()) == .bypass)
        generations.set(Samples.response.generations)
        #expect(try await verdict(request()) == .hit)
    }

    @Test(arguments: 0..<5)
    func anIncompleteAnswerIsNeverStored(kind: Int) async throws {
        inner.answers { _ in
            var answer = Samples.response
            switch kind {
            case 0: answer.timedOut = true
            case 1: answer.shards.failed = 1
            case 2: answer.scatter.coverage = 0.5
            case 3: answer.scatter.exact = false
            default: answer.generations = []
            }
            return answer
        }
        #expect(try await verdict(request()) == .miss)
        #expect(try await verdict(request()) == .miss)
    }

    @Test func theCallerMayRefuseTheCache() async throws {
        var wanted = request()
        wanted.requestCache = false
        #expect(try await verdict(wanted) == .bypass)
        #expect(try await verdict(request()) == .miss)
        wanted.requestCache = true
        #expect(try await verdict(wanted) == .hit)
    }

    @Test(arguments: [
        #"{"query":{"range":{"day":{"gte":"now-7d/d"}}}}"#,
        #"{"query":{"bool":{"filter":[{"term":{"day":"now"}}]}}}"#,
        #"{"query":{"query_string":{"query":"day:[now-1d TO *]"}}}"#,
        #"{"post_filter":{"range":{"day":{"lt":"now"}}}}"#,
        #"{"aggs":{"a":{"date_range":{"field":"day","ranges":[{"from":"now-1d"}]}}}}"#,
    ])
    func whatDependsOnTheClockIsABypass(body: String) async throws {
        let wanted = try QueryDSLParser.parseSearch(Array(body.utf8), indices: ["books"])
        #expect(try await verdict(wanted) == .bypass)
        #expect(try await verdict(wanted) == .bypass)
    }

    @Test func oneRunAnswersAllWhoAskAtTheSameTime() async throws {
        let gate = Gate()
        inner.answers { _ in
            await gate.pass()
            return Samples.response
        }
        let wanted = request()
        let answers = try await withThrowingTaskGroup(of: SearchResponse.self) { group in
            for _ in 0..<40 { group.addTask { try await cache.search(wanted) } }
            await gate.arrived(1)
            gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 40)
        #expect(inner.requests.count == 1)
    }

    @Test func anErrorIsNotRemembered() async throws {
        inner.answers { _ in throw RequestError.indexNotFound("books") }
        await #expect(throws: RequestError.self) { try await cache.search(request()) }
        inner.answers { _ in Samples.response }
        #expect(try await verdict(request()) == .miss)
    }

    @Test func keysTellGenerationsApart() {
        func key(_ slots: [[Int64]], _ request: [UInt8] = [1]) -> AnswerKey {
            let generations = slots.enumerated().map {
                IndexGeneration(indexUUID: "u\($0.offset)", schemaVersion: 1, slots: $0.element)
            }
            return AnswerKey(generations, canonicalRequest: request)
        }
        let all = [
            key([[1, 2]]), key([[2, 1]]), key([[1], [2]]), key([[1, 2], []]), key([[], [1, 2]]),
            key([[1, 2]], [1, 0]), key([]),
        ]
        #expect(Set(all).count == all.count)
        #expect(key([[1, 2]]) == key([[1, 2]]))
        let one = IndexGeneration(indexUUID: "a", schemaVersion: 1, slots: [1])
        let two = IndexGeneration(indexUUID: "b", schemaVersion: 1, slots: [2])
        #expect(
            AnswerKey([one, two], canonicalRequest: [])
                == AnswerKey([two, one], canonicalRequest: []))
    }

    @Test func beyondTheCapSearchesAreRefusedAtOnce() async throws {
        let gate = Gate()
        inner.answers { _ in
            await gate.pass()
            return Samples.response
        }
        let admitted = AdmittedSearchService(inner, maximum: 2, metrics: MetricsRegistry())
        let wanted = request()
        let running = (0..<2).map { _ in Task { try await admitted.search(wanted) } }
        await gate.arrived(2)
        await #expect(throws: FrontError.self) { try await admitted.search(wanted) }
        gate.open()
        for task in running { _ = try await task.value }
        _ = try await admitted.search(wanted)
    }
}
