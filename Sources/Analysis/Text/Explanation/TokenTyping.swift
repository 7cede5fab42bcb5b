// How the tokens of a stage are called: as the tokens before it that they come from, unless the
// stage adds tokens of a kind of its own.

struct TokenTyping {
    private struct Place: Hashable {
        let start: Int
        let end: Int
        let term: [UInt8]?
    }

    private let tokenizer: TokenTypes
    private let isTokenizer: Bool
    private let addedType: String?
    private var known: [Place: String] = [:]
    /// Of tokens before, by their starts, ascending.
    private let before: [AnalysisExplanation.Token]

    /// - Parameters:
    ///   - recipe: Up to the stage; when nothing came before it, all of it at once.
    ///   - before: The tokens that the stage was given.
    init(_ recipe: AnalyzerRecipe, _ before: [AnalysisExplanation.Token]) {
        tokenizer = recipe.tokenizer.types
        isTokenizer = before.isEmpty
        addedType = recipe.filters.last?.addedType
        self.before = before.sorted { $0.startOffset < $1.startOffset }
        for token in before {
            let (start, end) = (token.startOffset, token.endOffset)
            known[Place(start: start, end: end, term: token.term)] = token.type
            known[Place(start: start, end: end, term: nil)] = token.type
        }
    }

    func type(of token: AnalysisExplanation.Token) -> String {
        if isTokenizer { return tokenizer.type(of: token.term) }
        let (start, end) = (token.startOffset, token.endOffset)
        if let same = known[Place(start: start, end: end, term: token.term)] { return same }
        if let addedType { return addedType }
        if let same = known[Place(start: start, end: end, term: nil)] { return same }
        return holder(of: start)?.type ?? TokenTypes.plain
    }

    /// The last token before that begins at `offset` or ahead of it.
    private func holder(of offset: Int) -> AnalysisExplanation.Token? {
        var low = 0
        var high = before.count
        while low < high {
            let middle = (low + high) / 2
            if before[middle].startOffset <= offset { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : before[low - 1]
    }
}
