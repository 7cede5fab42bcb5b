// Makes one segment of several, without their dead documents.

public enum SegmentMerger {
    public static func merge(
        _ inputs: [(SegmentReader, LiveDocuments?)], isCancelled: () -> Bool
    ) throws -> [UInt8] { [] }
}
