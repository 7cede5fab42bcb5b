// The search page for a person with a browser: one document, nothing loaded from elsewhere.

import Crypto
import Foundation
import HTTPTypes

/// The page and the headers it is served with, made once.
struct SearchPage: Sendable {
    let answer: HTTPAnswer

    init() {
        let html = SearchPageMarkup.html
            .replacing("<style></style>", with: "<style>\(SearchPageStyle.css)</style>")
            .replacing("<script></script>", with: "<script>\(SearchPageScript.javaScript)</script>")
        var answer = HTTPAnswer(text: html, .html)
        answer.headers = [
            (.contentSecurityPolicy, Self.policy), (.cacheControl, "no-cache"),
            (.xContentTypeOptions, "nosniff"),
        ]
        if let name = HTTPField.Name("Referrer-Policy") {
            answer.headers.append((name, "no-referrer"))
        }
        if let name = HTTPField.Name("Vary") { answer.headers.append((name, "Accept")) }
        self.answer = answer
    }

    /// Only this very script and style may run, and they may talk only to this server.
    private static var policy: String {
        "default-src 'none'; script-src \(digest(SearchPageScript.javaScript)); "
            + "style-src \(digest(SearchPageStyle.css)); img-src data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    }

    private static func digest(_ text: String) -> String {
        "'sha256-" + Data(SHA256.hash(data: Array(text.utf8))).base64EncodedString() + "'"
    }
}
