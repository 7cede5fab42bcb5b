// What is wrong with a request before any endpoint looks at it.

import Queries

/// Refusals of the HTTP layer itself, and how each is said.
enum FrontError: Error, Sendable, Equatable {
    case noHandler(method: String, path: String)
    case wrongMethod(method: String, path: String, allowed: [String])
    case unexpectedBody(method: String, path: String)
    case bodyTooLarge(limit: Int)
    case bodyMemoryExhausted
    case wrongContentType(String)
    case encodedBody(String)
    case damagedBody(encoding: String, reason: String)
    case foreignHost(String)
    case tooManyRequests(reason: String)
    case badIdempotencyKey
    case missing(String, index: String)

    var status: Int {
        switch self {
        case .noHandler, .unexpectedBody, .damagedBody, .badIdempotencyKey: 400
        case .wrongMethod: 405
        case .bodyTooLarge: 413
        case .bodyMemoryExhausted, .tooManyRequests: 429
        case .wrongContentType: 406
        case .encodedBody: 415
        case .foreignHost: 403
        case .missing: 404
        }
    }

    var type: String {
        switch self {
        case .noHandler, .unexpectedBody, .damagedBody, .badIdempotencyKey:
            "illegal_argument_exception"
        case .wrongMethod: "method_not_allowed_exception"
        case .bodyTooLarge: "content_too_long_exception"
        case .bodyMemoryExhausted: "circuit_breaking_exception"
        case .tooManyRequests: "rejected_execution_exception"
        case .wrongContentType, .encodedBody: "media_type_header_exception"
        case .foreignHost: "security_exception"
        case .missing: "resource_not_found_exception"
        }
    }

    var reason: String {
        switch self {
        case .noHandler(let method, let path):
            "no handler found for uri [\(path)] and method [\(method)]"
        case .wrongMethod(let method, let path, let allowed):
            "Incorrect HTTP method for uri [\(path)] and method [\(method)], allowed: "
                + "[\(allowed.joined(separator: ", "))]"
        case .unexpectedBody(let method, let path):
            "request [\(method) \(path)] does not support having a body"
        case .bodyTooLarge(let limit):
            "the request's body is longer than the \(limit) bytes that are accepted: "
                + "send it in smaller parts"
        case .bodyMemoryExhausted:
            "the bodies of the requests now being read take all the memory set aside for them: "
                + "try again in a second"
        case .wrongContentType(let type):
            "Content-Type header [\(type)] is not supported: use application/json or "
                + "application/x-ndjson"
        case .encodedBody(let encoding):
            "Content-Encoding [\(encoding)] is not accepted: send the body as it is, or as gzip"
        case .damagedBody(let encoding, let reason):
            "the body is not the \(encoding) that Content-Encoding says: \(reason)"
        case .foreignHost(let host):
            "the Host header names [\(host)], which is not this machine: address it as localhost "
                + "or by its IP address, or add the name to the allowed hosts"
        case .tooManyRequests(let reason): reason
        case .badIdempotencyKey:
            "the Idempotency-Key header must be 1 to \(RequestHeaders.longestKey) visible ASCII "
                + "characters"
        case .missing(let what, _): what
        }
    }
}
