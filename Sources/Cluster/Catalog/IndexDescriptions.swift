// The indices' descriptions, and the aliases, as objects beside their documents, so that losing the
// metadata store loses none of them.

import Storage

/// `catalog/<uuid>/<number, 20 digits>`: each change is the next number, and the newest counts.
struct IndexDescriptions: Sendable {
    static let prefix = "catalog/"
    private static let digits = 20
    private static let maximumAttempts = 100

    let objects: any ObjectStore

    /// Writes down how the index is now.
    /// - Parameter current: Asked after each look at what is written down, so that of several who
    ///   write at the same time the last one writes the newest state. Nil: the index is no more.
    func note(
        _ uuid: String, _ current: () async throws -> IndexMetadata?
    ) async throws {
        try await note(name: uuid) { try await current()?.encoded() }
    }

    /// The same of the aliases.
    func note(aliases current: () async throws -> AliasTable) async throws {
        try await note(name: AliasTable.name) { try await current().encoded() }
    }

    private func note(name: String, _ current: () async throws -> [UInt8]?) async throws {
        for _ in 0..<Self.maximumAttempts {
            let keys = try await keys(of: name)
            guard let bytes = try await current() else { return try await delete(keys) }
            let newest = keys.last.flatMap(Self.number) ?? 0
            if let key = keys.last, try await objects.read(key) == bytes { return }
            switch await objects.create(Self.key(name, newest + 1), bytes) {
            case .created: return try await delete(keys)
            case .exists: continue
            case .unknown(let reason):
                throw ObjectStoreError(
                    key: Self.key(name, newest + 1), reason: reason,
                    remedy: "see that the object store can be reached, then try again")
            }
        }
        throw ObjectStoreError(
            key: Self.prefix + name,
            reason: "\(Self.maximumAttempts) attempts to write it met other changes",
            remedy: "try again")
    }

    /// Whether nothing is written down of the index, or no more.
    func isGone(_ uuid: String) async throws -> Bool { try await keys(of: uuid).isEmpty }

    /// Nil: there are none, or the newest went while it was read.
    func aliases() async throws -> AliasTable? {
        guard let key = try await keys(of: AliasTable.name).last,
            let bytes = try await objects.read(key)
        else { return nil }
        return try AliasTable(encoded: bytes, key: key)
    }

    /// All indices that are written down.
    func all() async throws -> [IndexMetadata] {
        var newest: [Substring: String] = [:]
        for key in try await objects.list(prefix: Self.prefix, after: nil) {
            guard Self.number(key) != nil, !key.hasPrefix(Self.prefix + AliasTable.name + "/")
            else { continue }
            newest[key.dropLast(Self.digits + 1)] = key
        }
        var indices: [IndexMetadata] = []
        for key in newest.values.sorted() {
            guard let bytes = try await objects.read(key) else { continue }
            indices.append(try IndexMetadata(encoded: bytes, key: key))
        }
        return indices
    }

    private func keys(of name: String) async throws -> [String] {
        try await objects.list(prefix: Self.prefix + name + "/", after: nil)
            .filter { Self.number($0) != nil }
    }

    private func delete(_ keys: [String]) async throws {
        for key in keys { try await objects.delete(key) }
    }

    private static func key(_ name: String, _ number: Int64) -> String {
        let text = String(number)
        return prefix + name + "/" + String(repeating: "0", count: digits - text.count) + text
    }

    private static func number(_ key: String) -> Int64? {
        let digits = key.suffix(Self.digits)
        return digits.utf8.count == Self.digits ? Int64(digits) : nil
    }
}
