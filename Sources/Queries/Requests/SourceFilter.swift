// Which parts of a document's source are returned.

import Analysis

public enum SourceFilter: Sendable, Hashable {
    case all
    case none
    /// Paths, or patterns with `*`. A path stands for everything below it. No includes means all;
    /// excludes win.
    case paths(includes: [String], excludes: [String])

    /// The filtered source; nil when none of it is wanted.
    /// - Throws: `JSONError` when there is something to filter and the source is not JSON.
    public func apply(_ source: [UInt8]) throws -> [UInt8]? {
        switch self {
        case .all: return source
        case .none: return nil
        case .paths(let includes, let excludes):
            guard case .object(let object) = try JSONParser.parse(source) else { return source }
            let filter = PathFilter(
                includes: includes.map(PathPattern.init), excludes: excludes.map(PathPattern.init))
            var writer = JSONWriter(capacity: source.count)
            writer.value(.object(filter.apply(object, path: [], isIncluded: includes.isEmpty)))
            return writer.bytes
        }
    }
}

private struct PathFilter {
    let includes: [PathPattern]
    let excludes: [PathPattern]

    /// `isIncluded`: an ancestor was asked for, so everything not excluded stays.
    func apply(_ object: JSONObject, path: [UInt8], isIncluded: Bool) -> JSONObject {
        var result = JSONObject()
        for (key, value) in object {
            let name = path.isEmpty ? Array(key.utf8) : path + [UInt8(ascii: ".")] + Array(key.utf8)
            if excludes.contains(where: { $0.matches(name) }) { continue }
            let included = isIncluded || includes.contains { $0.matches(name) }
            if !included, !includes.contains(where: { $0.matchesBelow(name) }) { continue }
            if let kept = apply(value, path: name, isIncluded: included) { result[key] = kept }
        }
        return result
    }

    /// Nil when nothing of the value is wanted.
    private func apply(_ value: JSONValue, path: [UInt8], isIncluded: Bool) -> JSONValue? {
        // No conditional expressions here: `nil` beside a JSON value would be JSON's null.
        switch value {
        case .object(let object):
            let kept = apply(object, path: path, isIncluded: isIncluded)
            if kept.isEmpty, !isIncluded { return nil }
            return .object(kept)
        case .array(let elements):
            let kept = elements.compactMap { apply($0, path: path, isIncluded: isIncluded) }
            if kept.isEmpty, !isIncluded { return nil }
            return .array(kept)
        default:
            if !isIncluded { return nil }
            return value
        }
    }
}

/// A path or name with `*` standing for any bytes. The work is bounded by pattern × text.
public struct PathPattern: Sendable, Hashable {
    private let pattern: [UInt8]
    private static let star = UInt8(ascii: "*")

    public init(_ pattern: String) {
        self.pattern = Array(pattern.utf8)
    }

    public var hasWildcard: Bool { pattern.contains(Self.star) }

    public func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }

    public func matches(_ text: [UInt8]) -> Bool {
        var p = 0
        var t = 0
        var starAt: Int?
        var resume = 0
        while t < text.count {
            if p < pattern.count, pattern[p] == Self.star {
                starAt = p
                resume = t
                p += 1
            } else if p < pattern.count, pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let star = starAt {
                p = star + 1
                resume += 1
                t = resume
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == Self.star }
    }

    /// Whether a path that begins with `parent.` can match.
    func matchesBelow(_ parent: [UInt8]) -> Bool {
        let dotted = parent + [UInt8(ascii: ".")]
        // Either the literal part before the first star is compatible, or a star has taken over.
        let literal = pattern.prefix { $0 != Self.star }
        let shared = min(literal.count, dotted.count)
        guard literal.prefix(shared).elementsEqual(dotted.prefix(shared)) else { return false }
        return literal.count < pattern.count || literal.count > dotted.count
    }
}
