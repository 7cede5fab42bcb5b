// Requests and answers as a text that a person can read, compared with a file.
import Foundation
import Testing

@testable import Front

/// Run the tests with `CANOPY_REWRITE_GOLDENS=1` to write the files anew; review the difference.
struct Transcript {
    private static let shownHeaders = [
        "Allow", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Cache", "X-Opaque-Id",
    ]

    private let client: HTTPClient
    private(set) var text = ""

    init(_ client: HTTPClient) {
        self.client = client
    }

    mutating func note(_ words: String) {
        text += "# \(words)\n\n"
    }

    mutating func call(
        _ method: String, _ path: String, _ body: String? = nil, _ headers: [String: String] = [:]
    ) async throws {
        let answer = try await client(method, path, body, headers)
        text += "> \(method) \(path)\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            text += "> \(name): \(value)\n"
        }
        if let body { text += body.hasSuffix("\n") ? body : body + "\n" }
        text += "< \(answer.status) \(answer["Content-Type"] ?? "")\n"
        for name in Self.shownHeaders {
            if let value = answer[name] { text += "< \(name): \(value)\n" }
        }
        if !answer.body.isEmpty {
            text += answer.body.hasSuffix("\n") ? answer.body : answer.body + "\n"
        }
        text += "\n"
    }

    /// Compares with `Tests/FrontTests/Goldens/NAME.txt`.
    func check(_ name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Goldens").standardized
        let file = folder.appending(path: name + ".txt")
        if ProcessInfo.processInfo.environment["CANOPY_REWRITE_GOLDENS"] == "1" {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return
        }
        let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let got = text.split(separator: "\n", omittingEmptySubsequences: false)
        let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
        for (line, pair) in zip(wanted, got).enumerated() where pair.0 != pair.1 {
            Issue.record("\(name).txt:\(line + 1)\nwanted \(pair.0)\ngot    \(pair.1)")
            return
        }
        #expect(wanted.count == got.count, "\(name).txt has another number of lines")
    }
}
