// An error as it travels from the node that met it to the one that asked.

import Analysis
import Queries

public struct RemoteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// In OpenSearch's words where it has one.
    public let type: String
    public let reason: String
    /// As an HTTP status: 4xx is the caller's doing, 503 may be tried again.
    public let status: Int

    /// A pin that expired or was never given.
    public static let missingPinType = "search_context_missing_exception"
    /// A message that is not what its kind says.
    public static let malformedType = "malformed_message_exception"
    public static let timeoutType = "timeout_exception"
    public static let cancelledType = "task_cancelled_exception"
    /// A shard that this leaf does not hold, or not yet, or no longer.
    public static let noShardType = "no_shard_available_action_exception"
    /// A shard whose stored bytes are damaged.
    public static let corruptShardType = "corrupt_shard_exception"
    /// The shard is there, and what it keeps its documents in does not answer.
    public static let unavailableType = "unavailable_shards_exception"
    /// No connection, or one that ended before there was an answer.
    public static let unreachableType = "node_not_connected_exception"

    public init(type: String, reason: String, status: Int) {
        self.type = type
        self.reason = reason
        self.status = status
    }

    /// Any error, in the words in which it travels.
    public init(describing error: any Error) {
        switch error {
        case let error as RemoteError: self = error
        case let error as RequestError:
            self.init(type: error.type, reason: error.reason, status: error.status)
        case let error as DocumentFailure:
            self.init(type: error.type, reason: error.reason, status: error.status)
        case let error as SchemaError:
            self.init(type: error.type, reason: error.reason, status: 400)
        case is CancellationError:
            self.init(type: Self.cancelledType, reason: "the task was cancelled", status: 503)
        case TransportError.deadlineExceeded:
            self.init(
                type: Self.timeoutType, reason: "the deadline passed before there was an answer",
                status: 504)
        case let error as TransportError:
            self.init(type: Self.unreachableType, reason: "\(error)", status: 503)
        default:
            self.init(type: "internal_error", reason: "\(error)", status: 500)
        }
    }

    static func malformed(_ reason: String) -> RemoteError {
        RemoteError(type: malformedType, reason: reason, status: 400)
    }

    public var description: String { "\(status) \(type): \(reason)" }
}
