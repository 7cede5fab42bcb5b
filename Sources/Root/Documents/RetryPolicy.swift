// Which failures of a message to a leaf are worth another try, and when.

import Cluster
import Storage

/// Writes carry a key under which a leaf recognises them, so sending one again repeats nothing.
enum RetryPolicy {
    static let firstDelay = Duration.milliseconds(20)
    static let longestDelay = Duration.milliseconds(1000)

    static func isWorthRetrying(_ error: any Error) -> Bool {
        switch error {
        case let error as TransportError:
            switch error {
            case .unreachable, .closed, .congested: true
            case .deadlineExceeded, .frameTooLarge, .protocolMismatch: false
            }
        case let error as RemoteError:
            // A shard that is being opened or moved; overload is the caller's to wait for.
            error.status == 503 && error.type != RemoteError.cancelledType
        default: false
        }
    }

    /// Before the next try, when `tries` were made.
    static func delay(afterTries tries: Int) -> Duration {
        min(firstDelay * (1 << min(tries, 10)), longestDelay)
    }
}
