// What every failure of this module looks like: where it happened, why, and what to do about it.

/// A segment's bytes are damaged, or a segment cannot be written.
public struct SegmentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The segment's name, as its reader was given it.
    public let segment: String
    /// The section of the file, or the part of the work.
    public let section: String
    public let reason: String
    public let remedy: String

    public init(segment: String, section: String, reason: String, remedy: String) {
        self.segment = segment
        self.section = section
        self.reason = reason
        self.remedy = remedy
    }

    public var description: String {
        "segment '\(segment)', section '\(section)': \(reason); \(remedy)"
    }
}
