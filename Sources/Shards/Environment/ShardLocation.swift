// Which shard, and under which keys its objects are.

public struct ShardLocation: Sendable, Hashable, CustomStringConvertible {
    /// Generated when the index was created; never the name a user gave it.
    public let indexUUID: String
    public let shard: Int

    public init(indexUUID: String, shard: Int) {
        self.indexUUID = indexUUID
        self.shard = shard
    }

    /// `<uuid>/<shard, 5 digits>/`
    public var prefix: String { indexUUID + "/" + Self.digits(UInt64(shard), 5) + "/" }
    var logPrefix: String { prefix + "log/" }
    var segmentPrefix: String { prefix + "segments/" }

    /// Whether an object's key is a segment's: those are mapped, all others are read.
    public static func isSegment(_ key: String) -> Bool {
        key.split(separator: "/").dropFirst(2).first == "segments"
    }

    func logKey(_ slot: UInt64) -> String { logPrefix + Self.digits(slot, Self.slotDigits) }

    /// The slot a log object's key names; nil for keys that are no such thing.
    func slot(ofKey key: String) -> UInt64? {
        guard key.hasPrefix(logPrefix) else { return nil }
        let digits = key.dropFirst(logPrefix.count)
        return digits.utf8.count == Self.slotDigits ? UInt64(digits) : nil
    }

    /// The fence in a segment object's name, `<fence>-<random>`.
    func fence(ofSegment name: String) -> UInt64? {
        name.split(separator: "-", maxSplits: 1).first.flatMap { UInt64($0) }
    }

    private static let slotDigits = 20

    private static func digits(_ number: UInt64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    public var description: String { prefix.dropLast().description }
}
