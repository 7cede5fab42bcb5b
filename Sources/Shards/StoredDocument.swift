// A document read by its id.

public struct StoredDocument: Sendable, Hashable {
    public let source: [UInt8]
    public let version: Int64
    public let sequenceNumber: Int64
    public let primaryTerm: Int64

    public init(source: [UInt8], version: Int64, sequenceNumber: Int64, primaryTerm: Int64) {
        self.source = source
        self.version = version
        self.sequenceNumber = sequenceNumber
        self.primaryTerm = primaryTerm
    }
}
