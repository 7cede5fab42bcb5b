// The analyzers a mapping may name.

/// Makes analyzers by name.
public struct AnalyzerRegistry: Sendable {
    public static let builtIn = AnalyzerRegistry()

    /// The names, sorted.
    public var names: [String] { ["english", "keyword", "simple", "standard", "whitespace"] }

    public func contains(_ name: String) -> Bool {
        names.contains(name)
    }

    /// A new analyzer for the calling worker; nil when the name is unknown (or when the data of
    /// libicu or libstemmer cannot be loaded).
    public func makeAnalyzer(named name: String) -> Analyzer? {
        switch name {
        case "standard":
            StandardTokenizer().map { Analyzer(name: name, tokenizer: $0) }
        case "english":
            StandardTokenizer().flatMap { tokenizer in
                EnglishFilter().map {
                    Analyzer(name: name, tokenizer: tokenizer, filter: $0)
                }
            }
        case "simple": Analyzer(name: name, tokenizer: RunTokenizer(.letters))
        case "whitespace": Analyzer(name: name, tokenizer: RunTokenizer(.nonSpace))
        case "keyword": Analyzer(name: name, tokenizer: WholeTextTokenizer())
        default: nil
        }
    }
}
