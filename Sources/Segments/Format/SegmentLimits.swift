// What a segment can hold.

enum SegmentLimits {
    /// Larger positions are not written.
    static let maximumPosition = UInt32(Int32.max)
}
