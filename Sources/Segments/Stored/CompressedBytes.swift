// Bytes as one zstd frame, for files that are no segments.

public enum CompressedBytes {
    /// - Throws: `SegmentError` when there is no memory.
    public static func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        try Compressor().compress(bytes)
    }

    /// Nil: the bytes are not a frame of exactly `count` bytes of content.
    public static func decompress(_ frame: [UInt8], count: Int) -> [UInt8]? {
        guard count >= 0, count <= Decompressor.mostContent(ofFrame: frame.count) else {
            return nil
        }
        return frame.withUnsafeBytes { Decompressor.decompress($0, count: count) }
    }
}
