// What a disk refuses.

/// A failed system call: which, on what, and why in the system's words.
public struct DiskError: Error, Sendable, Hashable, CustomStringConvertible {
    public let path: String
    /// The system call, such as "fdatasync".
    public let call: String
    /// The value of `errno`.
    public let code: Int32
    public let reason: String

    public init(path: String, call: String, code: Int32, reason: String) {
        self.path = path
        self.call = call
        self.code = code
        self.reason = reason
    }

    public var description: String { "\(call) of \(path) failed: \(reason)" }
}
