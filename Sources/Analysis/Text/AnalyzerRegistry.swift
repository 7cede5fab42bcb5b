// The analyzers a mapping may name.

/// Makes analyzers by name.
public struct AnalyzerRegistry: Sendable {
    public static let builtIn = AnalyzerRegistry()

    /// The names, sorted.
    public var names: [String] { ["english", "keyword", "simple", "standard", "whitespace"] }

    public func contains(_ name: String) -> Bool {
        names.contains(name)
    }

    /// A new analyzer for the calling worker; nil when the name is unknown.
    public func makeAnalyzer(named name: String) -> Analyzer? {
        contains(name) ? Analyzer(name: name) : nil
    }
}
