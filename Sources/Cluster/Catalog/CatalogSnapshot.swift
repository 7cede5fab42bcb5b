// The indices there are, at one revision of the metadata store.

import Analysis
import Queries

public struct CatalogSnapshot: Sendable {
    /// Of the metadata store; -1 before the first look.
    public let revision: Int64
    /// In the names' byte order.
    public let indices: [IndexMetadata]
    private let placesByName: [String: Int]
    private let placesByUUID: [String: Int]

    public init(revision: Int64, indices: [IndexMetadata]) {
        self.revision = revision
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

    /// The indices that names, `a*` patterns, `-a*` exclusions, `_all` and comma-separated lists of
    /// them stand for, in the names' order. No expression means all.
    public func resolve(
        _ expressions: [String], ignoreUnavailable: Bool = false, allowNoIndices: Bool = true
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
            } else if part.contains("*") {
                let pattern = PathPattern(part)
                let matching = indices.indices.filter { pattern.matches(indices[$0].name) }
                if matching.isEmpty, !allowNoIndices { throw .indexNotFound(part) }
                chosen.formUnion(matching)
            } else if let place = placesByName[part] {
                chosen.insert(place)
            } else if !ignoreUnavailable {
                throw .indexNotFound(part)
            }
        }
        if chosen.isEmpty, !allowNoIndices {
            throw .indexNotFound(parts.isEmpty ? "_all" : parts.joined(separator: ","))
        }
        return chosen.sorted().map { indices[$0] }
    }
}
