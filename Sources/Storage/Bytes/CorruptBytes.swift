// What a reader says about bytes that cannot be what they claim to be.

public struct CorruptBytes: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was being read, such as "log record header", and the offset in it.
    public let place: String
    public let reason: String

    public init(place: String, reason: String) {
        self.place = place
        self.reason = reason
    }

    public var description: String { "\(place): \(reason)" }
}
