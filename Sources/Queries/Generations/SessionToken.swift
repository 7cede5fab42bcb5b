// What a client has written, as text that it hands on: whoever answers it must have seen as much.

import Analysis

/// Slots of shards' logs, by index UUID and shard: the last that some client's writes were put in.
///
/// The text is base64url without padding of: a version byte (1); the number of indices; of each,
/// in the order of their UUIDs, the UUID's length and bytes, the number of shards, and of each
/// shard, ascending, its number and slot; the lower four bytes, little end first, of
/// `DocumentRouting.hash` of all before. Numbers are LEB128.
public struct SessionToken: Sendable, Hashable {
    /// Never empty, nor is what it maps to.
    public private(set) var slots: [String: [Int: Int64]] = [:]

    /// A longer text is not read, and a token that would need one has none.
    public static let maximumTextBytes = 8 << 10
    static let maximumShard = 1 << 20
    private static let formatVersion: UInt8 = 1
    private static let checkBytes = 4

    public init() {}

    public var isEmpty: Bool { slots.isEmpty }

    /// The larger slot stands.
    public mutating func note(_ indexUUID: String, _ shard: Int, _ slot: Int64) {
        guard slot >= 0, (0..<Self.maximumShard).contains(shard) else { return }
        let known = slots[indexUUID]?[shard] ?? slot
        slots[indexUUID, default: [:]][shard] = max(known, slot)
    }

    /// Whether it asks for more than this generation has. What it says of shards that the
    /// generation has not is of an index that is no more.
    public func isNewer(than generation: IndexGeneration) -> Bool {
        guard let own = slots[generation.indexUUID] else { return false }
        return own.contains { shard, slot in
            generation.slots.indices.contains(shard) && slot > generation.slots[shard]
        }
    }

    // MARK: Text

    /// Nil when there is nothing to say, or too much for a header: writes to hundreds of shards.
    public var text: String? {
        if isEmpty { return nil }
        var bytes: [UInt8] = [Self.formatVersion]
        Self.append(UInt64(slots.count), to: &bytes)
        for (uuid, shards) in slots.sorted(by: { $0.key < $1.key }) {
            Self.append(UInt64(uuid.utf8.count), to: &bytes)
            bytes += uuid.utf8
            Self.append(UInt64(shards.count), to: &bytes)
            for (shard, slot) in shards.sorted(by: { $0.key < $1.key }) {
                Self.append(UInt64(shard), to: &bytes)
                Self.append(UInt64(slot), to: &bytes)
            }
        }
        bytes += Self.check(of: bytes)
        let text = Base64URL.encode(bytes)
        return text.utf8.count <= Self.maximumTextBytes ? text : nil
    }

    /// - Throws: 400 for a text that `text` never gives.
    public init(text: String) throws(RequestError) {
        guard text.utf8.count <= Self.maximumTextBytes, let bytes = Base64URL.decode(text),
            bytes.count > Self.checkBytes
        else { throw Self.damaged }
        let body = bytes.dropLast(Self.checkBytes)
        guard Self.check(of: Array(body)) == Array(bytes.suffix(Self.checkBytes)) else {
            throw Self.damaged
        }
        var rest = body
        guard rest.popFirst() == Self.formatVersion, let indexCount = Self.number(&rest),
            indexCount > 0
        else { throw Self.damaged }
        var last: String?
        for _ in 0..<indexCount {
            guard let length = Self.number(&rest), length <= rest.count else { throw Self.damaged }
            let uuid = String(decoding: rest.prefix(Int(length)), as: UTF8.self)
            rest = rest.dropFirst(Int(length))
            guard last.map({ $0 < uuid }) ?? true, uuid.utf8.count == length else {
                throw Self.damaged
            }
            last = uuid
            try readShards(of: uuid, &rest)
        }
        guard rest.isEmpty else { throw Self.damaged }
    }

    private mutating func readShards(
        of uuid: String, _ rest: inout ArraySlice<UInt8>
    ) throws(RequestError) {
        guard let count = Self.number(&rest), count > 0 else { throw Self.damaged }
        var last = -1
        for _ in 0..<count {
            guard let number = Self.number(&rest), number < UInt64(Self.maximumShard),
                Int(number) > last, let slot = Self.number(&rest), slot <= UInt64(Int64.max)
            else { throw Self.damaged }
            last = Int(number)
            note(uuid, last, Int64(slot))
        }
    }

    private static let damaged = RequestError.illegalArgument(
        "the session token is damaged: send the value of X-Canopy-Token as a write's answer "
            + "brought it, or leave the header out")

    private static func check(of bytes: [UInt8]) -> [UInt8] {
        let hash = DocumentRouting.hash(bytes)
        return (0..<checkBytes).map { UInt8(truncatingIfNeeded: hash >> UInt64(8 * $0)) }
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Nil where the bytes end too soon, or the number is longer than it needs to be or can be.
    private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var result: UInt64 = 0
        for shift in stride(from: 0, to: 63, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            result |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return byte == 0 && shift > 0 ? nil : result }
        }
        return nil
    }
}
