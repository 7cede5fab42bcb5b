// What people want of the leaves: how many there should be, and which should hold nothing. Kept in
// the metadata store; each leaf obeys what concerns it.

import Analysis

public struct LeafWishes: Sendable, Hashable {
    /// Leaves with this number or a higher one move their shards away; nil: all that are there
    /// count.
    public var count: Int?
    /// Names of leaves whose shards move away.
    public var drained: Set<String>

    public static let key = "leaves"
    public static let maximumCount = 256

    public init(count: Int? = nil, drained: Set<String> = []) {
        self.count = count
        self.drained = drained
    }

    /// - Parameter number: Of a leaf that has one.
    public func drains(_ name: String, number: Int?) -> Bool {
        if drained.contains(name) { return true }
        guard let count, let number else { return false }
        return number >= count
    }

    public func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        if let count {
            writer.key("count")
            writer.integer(Int64(count))
        }
        writer.key("drained")
        writer.beginArray()
        for name in drained.sorted() { writer.string(name) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    public init(encoded bytes: [UInt8]) throws(MetadataError) {
        func damaged(_ reason: String) -> MetadataError {
            MetadataError(
                key: Self.key, reason: reason,
                remedy: "set the number of leaves again: canopy leaves set 4")
        }
        let json: JSONValue
        do { json = try JSONParser.parse(bytes) } catch { throw damaged("\(error)") }
        count = nil
        if let value = json["count"] {
            guard let number = value.integerValue, (1...Int64(Self.maximumCount)).contains(number)
            else { throw damaged("the count is not a number of leaves") }
            count = Int(number)
        }
        let names = json["drained"]?.arrayValue?.map(\.stringValue)
        guard let names, names.allSatisfy({ $0 != nil }) else {
            throw damaged("the leaves to drain are not a list of names")
        }
        drained = Set(names.compactMap(\.self))
    }
}

extension LeafWishes {
    /// As the store has them; nothing is wished where it has none.
    public static func read(from store: any MetadataStore) async throws -> LeafWishes {
        guard let stored = try await store.get(key) else { return LeafWishes() }
        return try LeafWishes(encoded: stored.value)
    }

    /// Changes them, again when somebody else does at the same time.
    @discardableResult
    public static func change(
        in store: any MetadataStore, _ change: (inout LeafWishes) -> Void
    ) async throws -> LeafWishes {
        for _ in 0..<Self.maximumAttempts {
            let stored = try await store.get(key)
            var wishes = try stored.map { try LeafWishes(encoded: $0.value) } ?? LeafWishes()
            let before = wishes
            change(&wishes)
            if wishes == before { return wishes }
            let outcome = try await store.compareAndSet(
                key, expected: stored?.version, value: wishes.encoded())
            if case .stored = outcome { return wishes }
        }
        throw MetadataError(
            key: key, reason: "\(maximumAttempts) attempts to change it met other changes",
            remedy: "try again")
    }

    private static let maximumAttempts = 100
}
