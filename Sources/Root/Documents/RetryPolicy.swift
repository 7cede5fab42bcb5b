// Which failures of a message to a leaf are worth another try, and when.

import Cluster
import Storage

/// Writes carry a key under which a leaf recognises them, so sending one again repeats nothing.
enum RetryPolicy {
    static let firstDelay = Duration.milliseconds(20)
    /// By so much at most is a shard ready for longer than its writers know.
    static let longestDelay = Duration.milliseconds(250)
    /// How long a write that a leaf itself refuses is tried again: as long as taking a shard over
    /// lasts, but not as long as a full disk does.
    static let refusalPatience = Duration.seconds(10)

    static func isWorthRetrying(_ error: any Error) -> Bool {
        switch error {
        case let error as TransportError:
            switch error {
            case .unreachable, .closed, .congested: true
            case .deadlineExceeded, .frameTooLarge, .protocolMismatch: false
            }
        case let error as RemoteError:
            // A shard that is being opened or moved, a leaf that stops and calls its work off;
            // overload is the caller's to wait for.
            error.status == 503
        default: false
        }
    }

    /// Whether another copy of the shard may answer what this one does not.
    static func isWorthAskingElsewhere(_ error: any Error) -> Bool {
        let remote = RemoteError(describing: error)
        return !(error is CancellationError) && remote.status != 504
            && (remote.status >= 500 || remote.status == 429)
    }

    /// The leaf has too much to do.
    static func isRefusal(_ error: any Error) -> Bool {
        RemoteError(describing: error).status == 429
    }

    /// Before the next try, when `tries` were made.
    static func delay(afterTries tries: Int) -> Duration {
        min(firstDelay * (1 << min(tries, 10)), longestDelay)
    }
}
