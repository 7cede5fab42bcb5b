// The servers that `tools/with-servers` started beside the tests, by name.

import Foundation
import Storage
import Testing

@testable import Backends

struct RealServer: Sendable, CustomTestStringConvertible {
    let name: String
    let url: String

    /// `name=url`, separated by spaces.
    static let all: [RealServer] = (ProcessInfo.processInfo.environment["CANOPY_SERVERS"] ?? "")
        .split(separator: " ").compactMap { entry in
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            return parts.count == 2 ? RealServer(name: parts[0], url: parts[1]) : nil
        }

    static func named(_ names: String...) -> [RealServer] {
        all.filter { names.contains($0.name) }
    }

    var testDescription: String { name }

    /// A store in a bucket of this test's own.
    func store(
        http: any HTTPExchange = HTTPClientExchange(), cache: ObjectCache? = nil
    ) async throws -> S3ObjectStore {
        let bucket = "test-" + SystemRandom().nextName()
        let settings = try S3Settings.test(url, bucket: bucket)
        let client = S3Client(
            settings: settings, http: HTTPClientExchange(), clock: SystemClock(),
            random: SystemRandom(), policy: .patient)
        // The bucket itself: a key of nothing.
        _ = try await client.ask(S3Request(operation: .create, key: ""), of: bucket)
        return S3ObjectStore(
            settings, http: http, cache: cache, clock: SystemClock(), random: SystemRandom(),
            compute: InlinePool(), policy: .patient)
    }
}

extension RetryPolicy {
    /// For servers on a machine that is busy with tests.
    static let patient = RetryPolicy(attempts: 20, patience: .seconds(60))
}
