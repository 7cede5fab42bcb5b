// What can go wrong between two nodes, as opposed to on one of them.

public enum TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody answers at that address: the message was not handled.
    case unreachable(NodeAddress, reason: String)
    /// No answer in time: the message may have been handled.
    case deadlineExceeded
    /// The connection ended first: the message may have been handled.
    case closed(reason: String)
    /// The message was not sent, or its answer not returned.
    case frameTooLarge(byteCount: Int, limit: Int)
    /// Too much already waits for this connection; the message was not sent.
    case congested(waitingBytes: Int)
    /// The other side does not speak our protocol, or a version of it that we do not.
    case protocolMismatch(reason: String)

    public var description: String {
        switch self {
        case .unreachable(let address, let reason): "\(address) is unreachable: \(reason)"
        case .deadlineExceeded: "no answer before the deadline"
        case .closed(let reason): "the connection was closed: \(reason)"
        case .frameTooLarge(let byteCount, let limit):
            "a message of \(byteCount) bytes is longer than the \(limit) that are allowed"
        case .congested(let waitingBytes):
            "\(waitingBytes) bytes already wait for this connection; try again later"
        case .protocolMismatch(let reason): "the other side speaks another protocol: \(reason)"
        }
    }

    /// Whether the message was certainly not handled, so that sending it again cannot repeat it.
    public var isUnsent: Bool {
        switch self {
        case .unreachable, .congested: true
        case .deadlineExceeded, .closed, .frameTooLarge, .protocolMismatch: false
        }
    }
}
