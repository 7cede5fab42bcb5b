// The `_source` of a search body.

import Analysis

enum SourceFilterParser {
    static let maximumPatterns = 1_024

    /// true, false, a pattern, patterns, or `{"includes":…,"excludes":…}`.
    static func parse(_ json: JSONValue) throws(RequestError) -> SourceFilter {
        switch json {
        case .bool(let wanted):
            return wanted ? .all : .none
        case .object:
            var reader = try ObjectReader(json, "[_source]")
            let includes = try reader.strings("includes")
            let include = try reader.strings("include")
            let excludes = try reader.strings("excludes")
            let exclude = try reader.strings("exclude")
            try reader.finish()
            return try filter(includes ?? include ?? [], excludes ?? exclude ?? [])
        default:
            return try filter(try ObjectReader.strings(json, "[_source]"), [])
        }
    }

    static func filter(
        _ includes: [String], _ excludes: [String]
    ) throws(RequestError) -> SourceFilter {
        guard includes.count + excludes.count <= maximumPatterns else {
            throw .illegalArgument("[_source] has more than [\(maximumPatterns)] patterns")
        }
        return includes.isEmpty && excludes.isEmpty
            ? .all : .paths(includes: includes, excludes: excludes)
    }
}
