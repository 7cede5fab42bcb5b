// The settings of an index that may change while it lives.

import Analysis
import Queries
import Storage

/// How long what was written may stay invisible to searches.
public enum RefreshInterval: Sendable, Hashable {
    /// Every second while the index is being searched, at the next search after that.
    case automatic
    case every(Duration)
    /// Only when asked.
    case never
}

public struct IndexSettings: Sendable, Hashable {
    public var refreshInterval: RefreshInterval
    /// As asked for; reported, and 0 in effect: the object store keeps the copies.
    public var replicaCount: Int
    /// Whether merges put similar documents beside each other.
    public var reordersMerges: Bool
    /// Whether the best hits of English questions are looked at twice; see `Reranking`.
    public var reranks: Bool

    public static let maximumReplicaCount = 16
    public static let maximumShardCount = 1024
    public static let maximumFieldLimit = 100_000
    /// In milliseconds.
    static let shortestRefreshInterval: Int64 = 10
    static let longestRefreshInterval: Int64 = 24 * 3600 * 1000

    public init(
        refreshInterval: RefreshInterval = .automatic, replicaCount: Int = 0,
        reordersMerges: Bool = false, reranks: Bool = true
    ) {
        self.refreshInterval = refreshInterval
        self.replicaCount = replicaCount
        self.reordersMerges = reordersMerges
        self.reranks = reranks
    }
}

/// Settings as a request gives them: only what it names.
public struct IndexSettingsChange: Sendable, Hashable {
    public var shardCount: Int?
    public var replicaCount: Int?
    public var refreshInterval: RefreshInterval?
    public var fieldLimit: Int?
    /// The `analysis` section, empty when there is none. All of it is for new indices; others take
    /// the rules of synonyms alone.
    public var analysis = JSONObject()
    /// The `similarity` section, empty when there is none.
    public var similarity = JSONObject()
    public var reordersMerges: Bool?
    public var reranks: Bool?

    static let known = [
        "number_of_shards", "number_of_replicas", "refresh_interval", fieldLimitName,
        reorderName, rerankName,
    ]
    private static let fieldLimitName = "mapping.total_fields.limit"
    static let reorderName = "merge.reorder"
    static let rerankName = "rerank"

    /// Reads `{"index":{"number_of_replicas":1}}`, `{"index.number_of_replicas":"1"}` and so on.
    /// - Throws: a `RequestError` naming the setting that is unknown or wrong.
    public init(_ json: JSONValue?) throws(RequestError) {
        guard let json, !json.isNull else { return }
        guard let object = json.objectValue else {
            throw .parsing("settings must be an object, not \(json.kindName)")
        }
        analysis = AnalyzerRegistry.section(of: json)
        similarity = SettingsSection.named(Similarities.sectionName, depth: 3, in: json)
        for (name, value) in Self.flatten(object) {
            let name = name.hasPrefix("index.") ? String(name.dropFirst(6)) : name
            if !name.hasPrefix("analysis."), !name.hasPrefix("similarity.") {
                try set(name, value)
            }
        }
    }

    private mutating func set(_ name: String, _ value: JSONValue) throws(RequestError) {
        switch name {
        case "number_of_shards":
            shardCount = try Self.integer(name, value, 1...IndexSettings.maximumShardCount)
        case "number_of_replicas":
            replicaCount = try Self.integer(name, value, 0...IndexSettings.maximumReplicaCount)
        case Self.fieldLimitName:
            fieldLimit = try Self.integer(name, value, 1...IndexSettings.maximumFieldLimit)
        case "refresh_interval":
            refreshInterval = try Self.interval(value)
        case Self.reorderName:
            reordersMerges = try Self.boolean(name, value)
        case Self.rerankName:
            reranks = value.isNull ? true : try Self.boolean(name, value)
        default:
            throw .illegalArgument(
                "unknown setting [index.\(name)]; known are "
                    + Self.known.map { "[index.\($0)]" }.joined(separator: ", ")
                    + ", [index.analysis], [index.similarity]")
        }
    }

    private static func flatten(_ object: JSONObject) -> [(String, JSONValue)] {
        var result: [(String, JSONValue)] = []
        for (key, value) in object {
            if let inner = value.objectValue {
                for (name, value) in flatten(inner) { result.append((key + "." + name, value)) }
            } else {
                result.append((key, value))
            }
        }
        return result
    }

    private static func integer(
        _ name: String, _ value: JSONValue, _ range: ClosedRange<Int>
    ) throws(RequestError) -> Int {
        let given = value.integerValue ?? value.stringValue.flatMap { Int64($0) }
        guard let given, let number = Int(exactly: given), range.contains(number) else {
            throw .illegalArgument(
                "failed to parse value [\(value)] for setting [index.\(name)]; it must be "
                    + "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func boolean(
        _ name: String, _ value: JSONValue
    ) throws(RequestError) -> Bool {
        switch value {
        case .bool(let flag): return flag
        case .string("true"): return true
        case .string("false"): return false
        case .null: return false
        default:
            throw .illegalArgument(
                "failed to parse value [\(value)] for setting [index.\(name)]; it must be "
                    + "true or false")
        }
    }

    private static func interval(_ value: JSONValue) throws(RequestError) -> RefreshInterval {
        if value.isNull { return .automatic }
        let text = value.stringValue ?? "\(value)"
        if text == "-1" { return .never }
        let units: [(String, Int64)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("", 1),
        ]
        let allowed = IndexSettings.shortestRefreshInterval...IndexSettings.longestRefreshInterval
        for (unit, milliseconds) in units where text.hasSuffix(unit) {
            guard let count = Int64(text.dropLast(unit.count)) else { continue }
            let (total, overflow) = count.multipliedReportingOverflow(by: milliseconds)
            guard !overflow, allowed.contains(total) else { break }
            return .every(.milliseconds(total))
        }
        throw .illegalArgument(
            "failed to parse setting [index.refresh_interval] with value [\(text)]; give a time "
                + "from 10ms to 24h with a unit (ms, s, m, h), or -1 for never")
    }
}

extension RefreshInterval {
    /// As the API spells it; nil for the default, which it does not show.
    public var text: String? {
        switch self {
        case .automatic: nil
        case .never: "-1"
        case .every(let duration):
            duration.wholeNanoseconds % 1_000_000_000 == 0
                ? "\(duration.wholeNanoseconds / 1_000_000_000)s"
                : "\(duration.wholeNanoseconds / 1_000_000)ms"
        }
    }
}
