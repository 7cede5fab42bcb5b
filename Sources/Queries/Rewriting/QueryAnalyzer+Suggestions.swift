// Suggestions' texts, analysed for the fields whose terms correct them.

import Analysis

extension QueryAnalyzer {
    /// The request's suggestions under the schema.
    /// - Throws: `RequestError` for fields that have no words, and for more work than
    ///   `SuggestionNeeds` and `PhraseSuggester` allow.
    public func suggestions(
        for request: SearchRequest
    ) throws(RequestError) -> [AnalyzedSuggestion] {
        var result: [AnalyzedSuggestion] = []
        for named in request.suggestions { result.append(try analyze(named)) }
        try checkRows(result)
        let needs = SuggestionNeeds(result)
        guard needs.expansions.count <= SuggestionNeeds.maximumExpansions else {
            throw .illegalArgument(
                "[suggest] has [\(needs.expansions.count)] different words to correct, each in its "
                    + "field; the most is [\(SuggestionNeeds.maximumExpansions)]. Ask for shorter "
                    + "texts")
        }
        return result
    }

    private func analyze(_ named: NamedSuggestion) throws(RequestError) -> AnalyzedSuggestion {
        let place = "suggestion [\(named.name)]"
        switch named.suggester {
        case .term(let term):
            let mapping = try wordField(term.generator.field, place)
            return AnalyzedSuggestion(
                named, words: try words(named.text, mapping, term.analyzer))
        case .completion(let completion):
            return AnalyzedSuggestion(
                named, words: [], beginning: try beginning(named.text, completion, place))
        case .phrase(let phrase):
            let mapping = try wordField(phrase.field, place)
            for generator in phrase.generators { _ = try wordField(generator.field, place) }
            return AnalyzedSuggestion(
                named, words: try words(named.text, mapping, phrase.analyzer))
        }
    }

    /// Nil where the text has no words.
    private func beginning(
        _ text: String, _ completion: CompletionSuggester, _ place: String
    ) throws(RequestError) -> CompletionBeginning? {
        guard let mapping = try rewriter.mapping(completion.field) else {
            throw .illegalArgument(
                "no mapping found for field [\(completion.field)] of \(place)")
        }
        guard mapping.type == .completion, mapping.isIndexed else {
            throw .illegalArgument(
                "field [\(completion.field)] of \(place) must be mapped as completion; it is "
                    + "mapped as [\(mapping.type.rawValue)]"
                    + (mapping.isIndexed ? "" : " and not indexed"))
        }
        let form = mapping.completion.form(
            of: try tokens(text, completion.analyzer ?? mapping.searchAnalyzer))
        guard !form.isEmpty else { return nil }
        var result = CompletionBeginning(
            field: completion.field, form: form, size: completion.size,
            skipsDuplicates: completion.skipsDuplicates)
        let word = Term(form)
        let length = FuzzyWord.length(word)
        guard let fuzzy = completion.fuzzy, length >= fuzzy.minimumLength,
            length <= FuzzyWord.maximumLength
        else { return result }
        let edits = min(fuzzy.fuzziness.edits(length: length), length - 1)
        guard edits > 0 else { return result }
        result.fuzzy = FuzzyWord(
            word: word, distance: edits, prefixLength: min(fuzzy.prefixLength, length),
            transpositions: fuzzy.transpositions)
        return result
    }

    private func tokens(_ text: String, _ name: String) throws(RequestError) -> TokenBatch {
        var batch = TokenBatch()
        guard analyzers.with(name, { $0.analyze(text, into: &batch) }) != nil else {
            throw .illegalArgument(
                "unknown analyzer [\(name)]; known are "
                    + "[\(analyzers.registry.names.joined(separator: ", "))]")
        }
        return batch
    }

    /// Decided by the request alone, not by what is found.
    private func checkRows(_ suggestions: [AnalyzedSuggestion]) throws(RequestError) {
        let count = suggestions.reduce(0) { sum, suggestion in
            guard case .phrase(let phrase) = suggestion.suggester,
                suggestion.words.count <= phrase.tokenLimit
            else { return sum }
            let choices = 1 + phrase.generators.reduce(0) { $0 + $1.size }
            return sum
                + (0..<phrase.gramSize).reduce(suggestion.words.count) { rows, _ in rows * choices }
        }
        guard count <= PhraseSuggester.maximumGrams else {
            throw .illegalArgument(
                "[phrase] suggestions may have to look at [\(count)] rows of words; the most is "
                    + "[\(PhraseSuggester.maximumGrams)]. Ask for shorter texts, a smaller "
                    + "[gram_size], or a smaller [size] of their [direct_generator]")
        }
    }

    private func wordField(_ path: String, _ place: String) throws(RequestError) -> FieldMapping {
        guard let mapping = try rewriter.mapping(path) else {
            throw .illegalArgument("no mapping found for field [\(path)] of \(place)")
        }
        guard mapping.type == .text || mapping.type == .keyword, mapping.isIndexed else {
            throw .illegalArgument(
                "field [\(path)] of \(place) must be an indexed text or keyword; it is mapped as "
                    + "[\(mapping.type.rawValue)]"
                    + (mapping.isIndexed ? "" : " and not indexed"))
        }
        return mapping
    }

    /// Words in the order of the text.
    private func words(
        _ text: String, _ mapping: FieldMapping, _ analyzer: String?
    ) throws(RequestError) -> [SuggestedWord] {
        let keyword = mapping.normalizer.map(AnalyzerRegistry.analyzerName) ?? "keyword"
        let name = analyzer ?? (mapping.type == .keyword ? keyword : mapping.searchAnalyzer)
        let batch = try tokens(text, name)
        let offsets = UTF16Offsets(text)
        var words: [SuggestedWord] = []
        var position: UInt32?
        for token in 0..<batch.count
        where batch.positions[token] != position && batch.positionLength(token) == 1 {
            position = batch.positions[token]
            let start = offsets[batch.startOffsets[token]]
            words.append(
                SuggestedWord(
                    term: Term(Array(batch.term(token))), offset: start,
                    length: max(0, offsets[batch.endOffsets[token]] - start)))
        }
        return words
    }
}
