// What is worked out of a search's bytes, once for all who send the same: popular searches come
// thousands of times.

import Queries
import Synchronization

/// A request and its name in the cache.
struct PreparedRequest: Sendable {
    var request: SearchRequest
    /// Empty when the answer must not be stored.
    let canonicalBytes: [UInt8]

    init(_ request: SearchRequest) {
        self.request = request
        let isStored = request.requestCache != false && !request.dependsOnTime
        canonicalBytes = isStored ? request.canonicalBytes() : []
    }
}

/// Requests by the bytes they came as. Reading them depends on nothing else, so nothing in it ever
/// becomes wrong.
final class RequestMemory: Sendable {
    struct Key: Hashable, Sendable {
        let target: String?
        /// Names and values in turn.
        let parameters: [String]
        let body: [UInt8]

        init(target: String?, parameters: [(String, String)], body: [UInt8]) {
            self.target = target
            self.parameters = parameters.flatMap { [$0.0, $0.1] }
            self.body = body
        }
    }

    /// Bytes of all requests remembered.
    private static let budget = 8 << 20
    /// Larger bodies are read each time.
    private static let largestBody = 4 << 10
    /// What a request takes beside its bytes, about.
    private static let overhead = 1 << 10

    private let requests = Mutex(S3FIFO<Key, PreparedRequest>(budget: RequestMemory.budget))

    /// The request of these bytes, read by `parse` unless it is known.
    func request(
        _ key: Key, _ parse: () throws(RequestError) -> SearchRequest
    ) throws(RequestError) -> PreparedRequest {
        guard key.body.count <= Self.largestBody else { return PreparedRequest(try parse()) }
        if let known = requests.withLock({ $0.value(for: key) }) { return known }
        let prepared = PreparedRequest(try parse())
        let size = 3 * key.body.count + prepared.canonicalBytes.count + Self.overhead
        requests.withLock { _ = $0.insert(prepared, for: key, byteCount: size) }
        return prepared
    }
}
