// What a path means: a pure map from path segments to endpoints, and the methods each one has.

import Queries

/// One of the API's endpoints, with the names its path carries. A target is an index expression
/// such as `books,news-*`; nil means all indices.
enum Endpoint: Equatable, Sendable {
    case node, live, ready, metrics
    case bulk(index: String?)
    case search(target: String?)
    case count(target: String?)
    case explain(index: String, id: String)
    case refresh(target: String?)
    case flush(target: String?)
    case multiGet(index: String?)
    case analyze(index: String?)
    case clusterHealth(target: String?)
    case leaves
    case scrub(target: String?)
    case drainLeaf(String, drains: Bool)
    case snapshot(name: String?)
    case restore(name: String)
    case rollBack(target: String)
    case cat(table: String?, target: String?)
    case aliases
    case alias(target: String?, names: String?)
    case index(target: String)
    case mapping(target: String?)
    case settings(target: String?)
    case newDocument(index: String)
    case document(index: String, id: String)
    case create(index: String, id: String)
    case update(index: String, id: String)

    /// nil: nothing lives at this path.
    static func route(_ segments: [String]) -> Endpoint? {
        guard let first = segments.first else { return .node }
        if segments.count == 1 {
            switch first {
            case "livez": return .live
            case "readyz": return .ready
            case "metrics": return .metrics
            default: break
            }
        }
        if first.isEmpty { return nil }
        if first.hasPrefix("_"), first != "_all" { return global(segments) }
        if segments.count == 1 { return .index(target: first) }
        return within(first, Array(segments.dropFirst()))
    }

    private static func global(_ segments: [String]) -> Endpoint? {
        switch (segments[0], segments.count) {
        case ("_cluster", 2...3) where segments[1] == "health":
            return .clusterHealth(target: segments.count == 3 ? segments[2] : nil)
        case ("_leaves", 1): return .leaves
        case ("_leaves", 3) where ["_drain", "_return"].contains(segments[2]):
            return .drainLeaf(segments[1], drains: segments[2] == "_drain")
        case ("_snapshot", 1): return .snapshot(name: nil)
        case ("_snapshot", 2): return .snapshot(name: segments[1])
        case ("_snapshot", 3) where segments[2] == "_restore": return .restore(name: segments[1])
        case ("_cat", 1...3):
            return .cat(
                table: segments.count > 1 ? segments[1] : nil,
                target: segments.count > 2 ? segments[2] : nil)
        case ("_aliases", 1): return .aliases
        case ("_alias", 2): return .alias(target: nil, names: segments[1])
        case ("_mget", 1): return .multiGet(index: nil)
        case ("_bulk", 1): return .bulk(index: nil)
        case (let operation, 1): return targeted(operation, nil)
        default: return nil
        }
    }

    private static func within(_ index: String, _ rest: [String]) -> Endpoint? {
        switch (rest[0], rest.count) {
        case ("_bulk", 1): return .bulk(index: index)
        case ("_mget", 1): return .multiGet(index: index)
        case ("_doc", 1): return .newDocument(index: index)
        case ("_doc", 2): return .document(index: index, id: rest[1])
        case ("_create", 2): return .create(index: index, id: rest[1])
        case ("_explain", 2): return .explain(index: index, id: rest[1])
        case ("_rollback", 1): return .rollBack(target: index)
        case ("_update", 2): return .update(index: index, id: rest[1])
        case ("_alias", 2), ("_aliases", 2):
            return .alias(target: index == "_all" ? nil : index, names: rest[1])
        case (let operation, 1): return targeted(operation, index)
        default: return nil
        }
    }

    private static func targeted(_ operation: String, _ target: String?) -> Endpoint? {
        let target = target == "_all" ? nil : target
        switch operation {
        case "_search": return .search(target: target)
        case "_count": return .count(target: target)
        case "_refresh": return .refresh(target: target)
        case "_flush": return .flush(target: target)
        case "_scrub": return .scrub(target: target)
        case "_analyze": return .analyze(index: target)
        case "_mapping", "_mappings": return .mapping(target: target)
        case "_settings": return .settings(target: target)
        case "_alias", "_aliases": return .alias(target: target, names: nil)
        default: return nil
        }
    }

    private static let snapshotMethods = ["GET", "HEAD", "PUT", "POST", "DELETE"]

    /// The methods this endpoint answers.
    var methods: [String] {
        switch self {
        case .node, .live, .ready, .metrics, .cat, .clusterHealth: ["GET", "HEAD"]
        case .leaves: ["GET", "HEAD", "PUT"]
        case .scrub: ["GET", "HEAD", "POST"]
        case .snapshot(let name): name == nil ? ["GET", "HEAD"] : Self.snapshotMethods
        case .drainLeaf, .restore, .rollBack: ["POST"]
        case .bulk: ["POST", "PUT"]
        case .search, .count, .explain, .refresh, .flush, .multiGet, .analyze: ["GET", "POST"]
        case .aliases: ["GET", "HEAD", "POST"]
        case .alias: ["GET", "HEAD", "PUT", "POST", "DELETE"]
        case .index: ["GET", "HEAD", "PUT", "DELETE"]
        case .mapping: ["GET", "HEAD", "PUT", "POST"]
        case .settings: ["GET", "HEAD", "PUT"]
        case .newDocument: ["POST"]
        case .document: ["GET", "HEAD", "PUT", "POST", "DELETE"]
        case .create: ["PUT", "POST"]
        case .update: ["POST"]
        }
    }

    /// Whether limits and host checks leave it alone, so that a probe always gets its answer.
    var isProbe: Bool {
        switch self {
        case .live, .ready, .metrics: true
        default: false
        }
    }

    /// A short name, for metrics.
    var family: String {
        switch self {
        case .node: "node"
        case .live, .ready, .metrics: "probe"
        case .bulk: "bulk"
        case .search: "search"
        case .count: "count"
        case .explain: "explain"
        case .refresh, .flush: "refresh"
        case .multiGet: "mget"
        case .analyze: "analyze"
        case .clusterHealth: "health"
        case .leaves, .drainLeaf: "leaves"
        case .scrub: "scrub"
        case .snapshot, .restore, .rollBack: "snapshot"
        case .cat: "cat"
        case .aliases, .alias, .index, .mapping, .settings: "index"
        case .newDocument, .document, .create, .update: "document"
        }
    }

    /// Splits a raw path (no query) into decoded segments; a trailing slash changes nothing.
    ///
    /// - Throws: when an escape is broken or does not spell UTF-8.
    static func segments(of path: Substring) throws(RequestError) -> [String] {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.first?.isEmpty == true { parts.removeFirst() }
        if parts.last?.isEmpty == true { parts.removeLast() }
        var segments: [String] = []
        for part in parts {
            guard let segment = PercentDecoding.decode(part, plusIsSpace: false) else {
                throw .illegalArgument("the path [\(path)] has an escape that does not spell UTF-8")
            }
            segments.append(segment)
        }
        return segments
    }
}
