// Other names of indices: what a name stands for changes for all of them at once.

import Analysis
import Queries

public struct AliasTable: Sendable, Hashable {
    public struct Target: Sendable, Hashable {
        public var indexUUID: String
        /// Whether writes to the alias go to this index; nil: only if it has no other.
        public var isWriteIndex: Bool?

        public init(indexUUID: String, isWriteIndex: Bool? = nil) {
            self.indexUUID = indexUUID
            self.isWriteIndex = isWriteIndex
        }
    }

    /// Where the table is in the metadata store: listed with the indices, and no name of one.
    static let name = "_aliases"
    /// Pairs of an alias and an index.
    public static let maximumCount = 10_000

    /// By alias; never empty, and each index once.
    public private(set) var targets: [String: [Target]] = [:]
    private var count = 0

    public init() {}

    /// In byte order.
    public var names: [String] { targets.keys.sorted() }

    /// Replaces what was known of the alias and the index.
    /// - Throws: `RequestError` when there are too many.
    public mutating func add(_ alias: String, _ target: Target) throws(RequestError) {
        let others = targets[alias, default: []].filter { $0.indexUUID != target.indexUUID }
        if target.isWriteIndex == true, others.contains(where: { $0.isWriteIndex == true }) {
            throw .illegalArgument(
                "alias [\(alias)] has more than one write index: take is_write_index from the "
                    + "other in the same request")
        }
        insert(alias, target)
        guard count <= Self.maximumCount else {
            throw .illegalArgument("there are more than \(Self.maximumCount) aliases of indices")
        }
    }

    private mutating func insert(_ alias: String, _ target: Target) {
        remove(alias, indexUUID: target.indexUUID)
        targets[alias, default: []].append(target)
        count += 1
    }

    /// - Returns: Whether the alias stood for the index.
    @discardableResult
    public mutating func remove(_ alias: String, indexUUID: String) -> Bool {
        guard var left = targets[alias] else { return false }
        let before = left.count
        left.removeAll { $0.indexUUID == indexUUID }
        targets[alias] = left.isEmpty ? nil : left
        count -= before - left.count
        return left.count < before
    }

    /// Whatever stands for the one index stands for the other as well.
    mutating func copy(from indexUUID: String, to other: String) {
        for alias in names {
            guard let target = targets[alias]?.first(where: { $0.indexUUID == indexUUID }) else {
                continue
            }
            insert(alias, Target(indexUUID: other, isWriteIndex: target.isWriteIndex))
        }
    }

    mutating func remove(indexUUID: String) {
        for alias in names { remove(alias, indexUUID: indexUUID) }
    }
}

extension AliasTable {
    /// JSON, for the metadata store.
    func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        for name in names {
            writer.key(name)
            writer.beginArray()
            for target in targets[name] ?? [] {
                writer.beginObject()
                writer.key("index")
                writer.string(target.indexUUID)
                if let isWriteIndex = target.isWriteIndex {
                    writer.key("write")
                    writer.bool(isWriteIndex)
                }
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes
    }

    /// - Throws: `MetadataError` naming what is wrong.
    init(encoded bytes: [UInt8], key: String) throws(MetadataError) {
        func damaged(_ reason: String) -> MetadataError {
            MetadataError(
                key: key, reason: reason,
                remedy: "restore the metadata from a copy, or delete the entry and make the "
                    + "aliases again")
        }
        guard let json = try? JSONParser.parse(bytes), case .object(let object) = json else {
            throw damaged("it is no JSON object")
        }
        for member in object.members {
            let alias = member.key
            guard let list = member.value.arrayValue, !list.isEmpty else {
                throw damaged("the alias '\(alias)' stands for nothing")
            }
            for target in list {
                guard let uuid = target["index"]?.stringValue else {
                    throw damaged("the alias '\(alias)' names no index")
                }
                insert(alias, Target(indexUUID: uuid, isWriteIndex: target["write"]?.boolValue))
            }
        }
    }
}
