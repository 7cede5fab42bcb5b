// Token filters about the form of single words.

extension FilterTypes {
    static let shapes: [String: Reader] = [
        "length": length, "truncate": truncate, "pattern_replace": patternReplace,
        "reverse": plain(.term { ReverseFilter() }),
    ]

    private static func length(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let most = Int(Int32.max)
        let lengths = try reader.bounds("min", "max", in: 0...most, default: 0...most)
        return .term { LengthFilter(lengths) }
    }

    private static func truncate(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let length = try reader.integer("length", in: 1...TextLimits.maximumTermBytes) ?? 10
        return .term { TruncateFilter(length) }
    }

    private static func patternReplace(
        _ reader: inout ParameterReader
    ) throws(AnalysisSettingsError) -> FilterRecipe {
        let source = try reader.pattern("pattern")
        let text = try reader.string("replacement") ?? ""
        let all = try reader.flag("all", default: true)
        guard let replacement = PatternReplacement(text, groupCount: source.groupCount) else {
            throw reader.refusal(
                "parameter [replacement]: [\(text)] names a group the pattern does not have")
        }
        return .term { source.make().map { PatternReplaceFilter($0, replacement, all: all) } }
    }
}
