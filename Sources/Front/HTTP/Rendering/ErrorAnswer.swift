// Any error as OpenSearch's error envelope.

import Analysis
import Cluster
import HTTPTypes
import Queries

/// `{"error":{"root_cause":[{"type","reason"}],"type","reason"},"status":N}`.
struct ErrorAnswer: Sendable, Equatable {
    var status: Int
    var type: String
    var reason: String
    var index: String?
    var line: Int?
    var column: Int?
    var allowed: [String] = []

    /// Seconds after which an overloaded node may be asked again.
    static let overloadRetrySeconds = 1

    init(_ error: any Error) {
        switch error {
        case let error as FrontError:
            self.init(error.status, error.type, error.reason)
            if case .wrongMethod(_, _, let methods) = error { allowed = methods }
            if case .missing(_, let name) = error { index = name }
        case let error as RequestError:
            self.init(error.status, error.type, error.reason)
            index = error.index
            line = error.line
            column = error.column
        case let error as JSONError:
            self.init(400, "parsing_exception", "\(error)")
            line = error.line
            column = error.column
        default:
            let remote = RemoteError(describing: error)
            self.init(remote.status, remote.type, remote.reason)
        }
    }

    private init(_ status: Int, _ type: String, _ reason: String) {
        self.status = status
        self.type = type
        self.reason = reason
    }

    func writeMembers(_ writer: inout JSONWriter) {
        writer.member("type", type)
        writer.member("reason", reason)
        if let index {
            writer.member("index", index)
        }
        if let line { writer.member("line", line) }
        if let column { writer.member("col", column) }
    }

    var answer: HTTPAnswer {
        var answer = HTTPAnswer(status: status) { writer in
            writer.member(
                "error",
                object: { writer in
                    writer.member("root_cause", array: [self]) { writer, cause in
                        writer.beginObject()
                        cause.writeMembers(&writer)
                        writer.endObject()
                    }
                    writeMembers(&writer)
                })
            writer.member("status", status)
        }
        if !allowed.isEmpty {
            answer.headers.append((.allow, allowed.joined(separator: ", ")))
        }
        if status == 429 || status == 503 {
            answer.headers.append((.retryAfter, String(Self.overloadRetrySeconds)))
        }
        return answer
    }
}
