// The indices there are, at one revision of the metadata store.

import Analysis
import Queries

public struct CatalogSnapshot: Sendable {
    /// Of the metadata store; -1 before the first look.
    public let revision: Int64
    /// In the names' byte order.
    public let indices: [IndexMetadata]
    public let aliases: AliasTable
    private let placesByName: [String: Int]
    private let placesByUUID: [String: Int]

    public init(
        revision: Int64, indices: [IndexMetadata], aliases: AliasTable = AliasTable()
    ) {
        self.revision = revision
        self.aliases = aliases
        self.indices = indices.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        placesByName = Dictionary(
            self.indices.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first }
        )
        placesByUUID = Dictionary(
            self.indices.enumerated().map { ($1.uuid, $0) }, uniquingKeysWith: { first, _ in first }
        )
    }

    public func index(named name: String) -> IndexMetadata? {
        placesByName[name].map { indices[$0] }
    }

    public func index(uuid: String) -> IndexMetadata? {
        placesByUUID[uuid].map { indices[$0] }
    }

    /// Places of the indices the alias stands for; empty where there is none. An index that has
    /// the name hides the alias.
    private func places(ofAlias name: String) -> [Int] {
        if placesByName[name] != nil { return [] }
        return aliases.targets[name, default: []].compactMap { placesByUUID[$0.indexUUID] }
    }

    /// The index a document is written to: the one of the name, or of the alias. Nil: there is no
    /// such name.
    /// - Throws: `RequestError` when the alias does not say which of its indices.
    public func writeIndex(_ name: String) throws(RequestError) -> IndexMetadata? {
        if let index = index(named: name) { return index }
        let places = places(ofAlias: name)
        if places.isEmpty { return nil }
        let targets = aliases.targets[name, default: []].filter {
            placesByUUID[$0.indexUUID] != nil
        }
        let chosen = targets.first {
            targets.count == 1 ? $0.isWriteIndex != false : $0.isWriteIndex == true
        }
        guard let chosen, let index = index(uuid: chosen.indexUUID) else {
            throw .illegalArgument(
                "no write index is defined for alias [\(name)]: it stands for "
                    + "[\(names(places))]; say of one of them that it \"is_write_index\"")
        }
        return index
    }

    /// The index of the name, or the only one of the alias. Nil: there is no such name.
    /// - Throws: `RequestError` when the alias has several.
    public func onlyIndex(_ name: String) throws(RequestError) -> IndexMetadata? {
        if let index = index(named: name) { return index }
        let places = places(ofAlias: name)
        guard places.count <= 1 else {
            throw .illegalArgument(
                "alias [\(name)] has more than one index associated with it [\(names(places))], "
                    + "can't execute a single index op")
        }
        return places.first.map { indices[$0] }
    }

    private func names(_ places: [Int]) -> String {
        places.sorted().map { indices[$0].name }.joined(separator: ", ")
    }

    /// The indices that names, aliases, `a*` patterns, `-a*` exclusions, `_all` and comma-separated
    /// lists of them stand for, in the names' order. No expression means all.
    /// - Parameter isNaming: Whether only names of indices are meant, as where they are deleted.
    public func resolve(
        _ expressions: [String], ignoreUnavailable: Bool = false, allowNoIndices: Bool = true,
        isNaming: Bool = false
    ) throws(RequestError) -> [IndexMetadata] {
        let parts = expressions.flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: true).map(String.init)
        }
        var chosen = Set<Int>()
        if parts.isEmpty { chosen = Set(indices.indices) }
        for part in parts {
            if part == "_all" {
                chosen.formUnion(indices.indices)
            } else if part.hasPrefix("-") {
                let pattern = PathPattern(String(part.dropFirst()))
                chosen = chosen.filter { !pattern.matches(indices[$0].name) }
                chosen.subtract(places(ofAliasesLike: pattern, isNaming))
            } else if part.contains("*") {
                let pattern = PathPattern(part)
                let matching = Set(indices.indices.filter { pattern.matches(indices[$0].name) })
                    .union(places(ofAliasesLike: pattern, isNaming))
                if matching.isEmpty, !allowNoIndices { throw .indexNotFound(part) }
                chosen.formUnion(matching)
            } else if let place = placesByName[part] {
                chosen.insert(place)
            } else if case let places = places(ofAlias: part), !places.isEmpty {
                guard !isNaming else {
                    throw .illegalArgument(
                        "the provided expression [\(part)] matches an alias, specify the "
                            + "corresponding concrete indices instead: [\(names(places))]")
                }
                chosen.formUnion(places)
            } else if !ignoreUnavailable {
                throw .indexNotFound(part)
            }
        }
        if chosen.isEmpty, !allowNoIndices {
            throw .indexNotFound(parts.isEmpty ? "_all" : parts.joined(separator: ","))
        }
        return chosen.sorted().map { indices[$0] }
    }

    private func places(ofAliasesLike pattern: PathPattern, _ isNaming: Bool) -> [Int] {
        if isNaming { return [] }
        return aliases.names.filter(pattern.matches).flatMap { places(ofAlias: $0) }
    }
}
