// The values of one field, document by document.

public final class Column: Sendable {
    public enum Kind: UInt8, Sendable { case integer, real, ordinal }
    public static let blockSize = 128

    public let path: String
    public let kind: Kind = .integer
    public let isMultiValued = false
    /// Over all values; integer as is, real through `SortableDouble`, ordinal the ordinals.
    public let minimum: Int64 = 0
    public let maximum: Int64 = 0
    public let valueCount = 0
    public let blockCount = 0

    init(path: String) { self.path = path }

    public func valueCount(block: Int) -> Int { 0 }
    public func blockMinimum(_ block: Int) -> Int64 { 0 }
    public func blockMaximum(_ block: Int) -> Int64 { 0 }
    /// Values of the block's document i are `values[ends[i-1]..<ends[i]]`.
    public func load(
        block: Int, into values: UnsafeMutablePointer<Int64>, ends: UnsafeMutablePointer<UInt32>
    ) throws {}
    public func values(_ document: UInt32, into values: inout [Int64]) throws {}

    public var ordinalCount: Int { 0 }
    public func key(_ ordinal: Int) throws -> [UInt8] { [] }
    /// The first ordinal whose key is not below `key`, and whether it is that key.
    public func ordinal(of key: [UInt8]) throws -> (index: Int, found: Bool) { (0, false) }
}
