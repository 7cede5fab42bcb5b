// What a message asks for. The numbers are part of the protocol between nodes.

public enum MessageKind: UInt8, Sendable, Hashable, CaseIterable {
    case search = 1
    case fetch = 2
    case write = 3
    case get = 4
    case refresh = 5
    case status = 6
    case generations = 7
    case open = 8
    case drop = 9
    /// Answered with its own payload; for probes and tests.
    case ping = 10
    case follow = 11
    case scrub = 12
    case snapshot = 13
}
