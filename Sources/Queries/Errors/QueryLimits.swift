// How much one query may ask for.

/// Bounds that keep scores exact and the work of one query finite.
public enum QueryLimits {
    /// Queries inside one another.
    public static let maximumDepth = 50
    /// Clauses of one query, as written and after rewriting.
    public static let maximumClauses = 1_024
    /// Values of one `terms` or `ids` query.
    public static let maximumTerms = 65_536
    /// Bytes of a text to be analysed or parsed.
    public static let maximumTextBytes = 65_536
    /// Largest product of boosts along one path of the tree. With it every BM25 weight stays below
    /// 2^15 and every sum of clauses below 2^25, which is what makes sums of scores exact.
    public static let maximumBoost: Float = 1_000
    /// Largest score of a `function_score` that others are added to; one that is the whole score
    /// may be larger.
    public static let maximumSummedFunctionScore = 0x1p21
    /// So many clauses' scores, each below 2^15, add up to that at most.
    static let functionScoreClauses = 64
    /// Functions of one `function_score`.
    public static let maximumFunctions = 256
    public static let maximumSlop = 1_000_000
    /// Different wildcards, regular expressions, words with edits and beginnings of phrases in one
    /// query.
    public static let maximumPatterns = 128
    /// Words with edits and beginnings of phrases, once for each field they are looked for in.
    public static let maximumExpansions = 256
    /// Rescorers of one search.
    public static let maximumRescores = 16

    static func check(
        boost: Float, _ place: @autoclosure () -> String
    ) throws(RequestError) {
        guard boost >= 0 else {
            throw .illegalArgument("negative [boost] are not allowed in \(place()); got [\(boost)]")
        }
        guard boost <= maximumBoost else {
            throw .illegalArgument(
                "[boost] in \(place()) is [\(boost)]; with the boosts around it, it must not "
                    + "exceed [\(maximumBoost)]")
        }
    }

    static func check(
        text: String, _ place: @autoclosure () -> String
    ) throws(RequestError) {
        guard text.utf8.count <= maximumTextBytes else {
            throw .illegalArgument(
                "the text of \(place()) has [\(text.utf8.count)] bytes; the most is "
                    + "[\(maximumTextBytes)]")
        }
    }
}
