// The search page: served to browsers, whole in itself, and nothing but itself may run.
import Crypto
import Foundation
import Testing

@testable import Front

@Suite struct PageTests {
    @Test func browsersGetThePageAndToolsTheNode() async throws {
        try await FrontHarness().run { client in
            let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
            let page = try await client("GET", "/?q=oak&page=2", nil, ["Accept": accept])
            #expect(page.status == 200 && page["Content-Type"] == "text/html; charset=utf-8")
            #expect(page.body.hasPrefix("<!doctype html>"))
            for accept in ["*/*", "application/json", "application/json, text/html;q=0.5"] {
                let node = try await client("GET", "/", nil, ["Accept": accept])
                #expect(node.body.hasPrefix("{\"name\""))
            }
        }
    }

    @Test func thePolicyNamesThisScriptAndStyle() throws {
        let answer = SearchPage().answer
        let html = String(decoding: answer.body, as: UTF8.self)
        let policy = try #require(answer.headers.first { $0.name == .contentSecurityPolicy }?.value)
        for (tag, directive) in [("script", "script-src"), ("style", "style-src")] {
            let start = try #require(html.firstRange(of: "<\(tag)>"))
            let end = try #require(html.firstRange(of: "</\(tag)>"))
            let inner = html[start.upperBound..<end.lowerBound]
            #expect(inner.count > 1_000)
            let digest = Data(SHA256.hash(data: Array(inner.utf8))).base64EncodedString()
            #expect(policy.contains("\(directive) 'sha256-\(digest)'"))
        }
        #expect(policy.hasPrefix("default-src 'none'"))
    }

    @Test func nothingIsLoadedFromElsewhere() {
        let html = String(decoding: SearchPage().answer.body, as: UTF8.self)
        for word in ["src=\"http", "href=\"http", "@import", "innerHTML", "url(", "eval("] {
            #expect(!html.contains(word), "\(word)")
        }
        for id in ["q", "index", "message", "results", "facets", "pages", "leaves", "verdict"] {
            #expect(html.contains("id=\"\(id)\""), "\(id)")
        }
    }
}
