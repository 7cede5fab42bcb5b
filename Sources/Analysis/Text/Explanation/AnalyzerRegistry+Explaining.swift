// Runs analyzers stage by stage.

extension AnalyzerRegistry {
    /// More tokens are not shown.
    public static let maximumExplainedTokens = 10_000
    /// Longer texts are not taken, in bytes.
    public static let maximumExplainedBytes = 1 << 20

    /// What an analyzer makes of texts that are values of one field.
    /// - Parameter place: Names the request in errors.
    /// - Throws: `AnalysisSettingsError` for an analyzer or part that is not known or wrong, and
    ///   for more text or tokens than can be shown.
    public func explain(
        _ analyzer: ExplainedAnalyzer, texts: [String], place: String = "_analyze"
    ) throws(AnalysisSettingsError) -> AnalysisExplanation {
        guard texts.reduce(0, { $0 + $1.utf8.count }) <= Self.maximumExplainedBytes else {
            throw AnalysisSettingsError(
                reason: "[\(place)] takes at most \(Self.maximumExplainedBytes) bytes of text; send"
                    + " less at a time")
        }
        let recipe = try recipe(of: analyzer, place)
        var explanation = AnalysisExplanation(isCustom: recipe.isCustom, tokens: [])
        guard recipe.isCustom else {
            explanation.tokens = try tokens(recipe, texts, after: [], place)
            return explanation
        }
        explanation.charFilters = filtered(recipe.charFilters, texts)
        // Every stage from the beginning, so that it is what it is within the whole.
        var tokens = try tokens(recipe.prefix(0), texts, after: [], place)
        explanation.tokenizer = AnalysisExplanation.Stage(
            name: recipe.tokenizer.name, tokens: tokens)
        for (index, filter) in recipe.filters.enumerated() {
            tokens = try self.tokens(recipe.prefix(index + 1), texts, after: tokens, place)
            explanation.filters.append(
                AnalysisExplanation.Stage(name: filter.name, tokens: tokens))
        }
        explanation.tokens = tokens
        return explanation
    }

    private func recipe(
        of analyzer: ExplainedAnalyzer, _ place: String
    ) throws(AnalysisSettingsError) -> AnalyzerRecipe {
        switch analyzer {
        case .named(let name):
            if let recipe = recipe(name) { return recipe }
            throw AnalysisSettingsError(
                reason: "failed to find analyzer [\(name)]; known: "
                    + names.joined(separator: ", "))
        case .normalizer(let name):
            if let recipe = recipe(Self.analyzerName(ofNormalizer: name)) { return recipe }
            throw AnalysisSettingsError(
                reason: "failed to find normalizer [\(name)]; known: "
                    + (normalizerNames + ["lowercase"]).joined(separator: ", "))
        case .adHoc(let parts): return try own.recipe(parts, place: place)
        }
    }

    private func filtered(
        _ recipes: [CharFilterRecipe], _ texts: [String]
    ) -> [AnalysisExplanation.FilteredTexts] {
        var texts = texts.map { Array($0.utf8) }
        return recipes.map { recipe in
            let filter = recipe.make()
            texts = texts.map { text in
                text.withUnsafeBufferPointer { filter?.apply($0).bytes ?? text }
            }
            return AnalysisExplanation.FilteredTexts(
                name: recipe.name, texts: texts.map { String(decoding: $0, as: UTF8.self) })
        }
    }

    /// The tokens of all texts, one after the other.
    /// - Parameter before: Those of the stage before; none for a tokenizer.
    private func tokens(
        _ recipe: AnalyzerRecipe, _ texts: [String], after before: [AnalysisExplanation.Token],
        _ place: String
    ) throws(AnalysisSettingsError) -> [AnalysisExplanation.Token] {
        guard let analyzer = recipe.make(place) else { return [] }
        let types = TokenTyping(recipe, before)
        var tokens: [AnalysisExplanation.Token] = []
        var batch = TokenBatch()
        var position = 0
        var offset = 0
        for text in texts {
            analyzer.analyze(text, into: &batch)
            guard tokens.count + batch.count <= Self.maximumExplainedTokens else {
                throw AnalysisSettingsError(
                    reason: "[\(place)] shows at most \(Self.maximumExplainedTokens) tokens; send"
                        + " less text at a time")
            }
            let offsets = UTF16Offsets(text)
            for index in 0..<batch.count {
                var token = AnalysisExplanation.Token(
                    term: Array(batch.term(index)),
                    startOffset: offset + offsets[batch.startOffsets[index]],
                    endOffset: offset + offsets[batch.endOffsets[index]], type: "",
                    position: position + Int(batch.positions[index]),
                    positionLength: Int(batch.positionLength(index)))
                token.type = types.type(of: token)
                tokens.append(token)
            }
            position += Int(batch.positionCount) + TextLimits.positionGap
            offset += offsets.count + 1
        }
        return tokens
    }
}
