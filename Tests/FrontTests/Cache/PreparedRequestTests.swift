// What is worked out once for all who send the same bytes.
import Queries
import Testing

@testable import Front

@Suite struct PreparedRequestTests {
    private let memory = RequestMemory()

    private func key(_ body: String, _ parameters: [(String, String)] = []) -> RequestMemory.Key {
        RequestMemory.Key(target: "books", parameters: parameters, body: Array(body.utf8))
    }

    @Test func theSameBytesAreReadOnce() throws {
        var readings = 0
        func ask(_ key: RequestMemory.Key) throws -> SearchRequest {
            try memory.request(key) { () throws(RequestError) in
                readings += 1
                return SearchRequest(indices: ["books"], size: readings)
            }.request
        }
        #expect(try ask(key("{}")).size == 1)
        #expect(try ask(key("{}")).size == 1)
        #expect(try ask(key("{ }")).size == 2)
        #expect(try ask(key("{}", [("size", "3")])).size == 3)
        #expect(try ask(key("{}", [("size", "3")])).size == 3)
        let large = key(String(repeating: " ", count: 5_000))
        #expect(try ask(large).size == 4)
        #expect(try ask(large).size == 5)
    }

    @Test func refusalsAreNotRemembered() throws {
        for _ in 0..<2 {
            #expect(throws: RequestError.self) {
                try memory.request(key("[")) { () throws(RequestError) in
                    throw .illegalArgument("no")
                }
            }
        }
        let read = try memory.request(key("[")) { () throws(RequestError) in SearchRequest() }
        #expect(read.canonicalBytes == SearchRequest().canonicalBytes())
    }

    @Test func whatMustNotBeStoredHasNoName() {
        var request = SearchRequest()
        request.requestCache = false
        #expect(PreparedRequest(request).canonicalBytes.isEmpty)
        #expect(!PreparedRequest(SearchRequest()).canonicalBytes.isEmpty)
    }

    @Test func anAnswerIsRenderedOncePerForm() {
        let answer = RememberedAnswer(Samples.response)
        #expect(answer.response.scatter.cacheVerdict == .hit)
        var renderings = 0
        func send(_ options: SearchRenderingOptions) -> [UInt8] {
            answer.rendered(options) { _ in
                renderings += 1
                return [UInt8(renderings)]
            }
        }
        let typed = SearchRenderingOptions(typedKeys: true)
        #expect(send(SearchRenderingOptions()) == [1] && send(typed) == [2])
        #expect(send(SearchRenderingOptions()) == [1] && send(typed) == [2])
    }
}
