// One immutable segment, open for reading.

import Analysis
import Storage

public final class SegmentReader: Sendable {
    public let name: String
    public let identity: UInt64 = 0
    public let documentCount: Int = 0
    public let byteCount: Int
    public let maximumSequenceNumber: Int64 = -1

    public init(_ bytes: MappedBytes, name: String) throws {
        self.name = name
        self.byteCount = bytes.pointer.count
    }

    public func field(_ path: String) -> FieldIndex? { nil }
    public func column(_ path: String) -> Column? { nil }
    public func source(_ document: UInt32) throws -> [UInt8] { [] }
    public func id(_ document: UInt32) -> [UInt8] { [] }
    public func tieKey(_ document: UInt32) -> UInt64 { 0 }
    public func sequenceNumber(_ document: UInt32) -> Int64 { 0 }
    public func version(_ document: UInt32) -> Int64 { 0 }
    public func find(id: [UInt8], tieKey: UInt64) -> UInt32? { nil }
    public func presence(_ path: String) throws -> PresenceBits? { nil }
    public func sections() -> [(name: String, offset: Int, length: Int)] { [] }
    public var fieldPaths: [String] { [] }
    public var columnPaths: [String] { [] }
}
