// Terms that look alike: prefixes, patterns and words with edits.

import Analysis

extension QueryRewriter {
    func prefix(_ field: String, _ prefix: [UInt8], _ boost: Float) throws(RequestError) -> Query {
        guard let mapping = try termMapping(field, "prefix") else { return .matchNone }
        guard mapping.normalizer != nil else {
            return .prefix(field: field, prefix: prefix, boost: boost)
        }
        let normal = normalized(String(decoding: prefix, as: UTF8.self), mapping)
        return .prefix(field: field, prefix: Array(normal.utf8), boost: boost)
    }

    func pattern(
        _ field: String, _ pattern: TermPattern, _ boost: Float
    ) throws(RequestError) -> Query {
        guard let mapping = try termMapping(field, pattern.name) else { return .matchNone }
        var pattern = pattern
        if mapping.normalizer != nil, case .wildcard(let text, let ignoresCase) = pattern {
            let normal = normalized(wildcard: text) { normalized($0, mapping) }
            pattern = .wildcard(normal, ignoresCase: ignoresCase)
        }
        if case .wildcard(let text, ignoresCase: false) = pattern,
            let parts = try? WildcardPart.parse(text), let literal = WildcardPart.literal(parts)
        {
            return .terms(field: field, terms: [Term(literal)], boost: boost)
        }
        return .pattern(field: field, pattern, boost: boost)
    }

    func fuzzy(_ fuzzy: FuzzyQuery) throws(RequestError) -> Query {
        guard let mapping = try termMapping(fuzzy.field, "fuzzy") else { return .matchNone }
        let term = Term(normalized(fuzzy.value.scalarText ?? "", mapping))
        let length = FuzzyWord.length(term)
        guard length <= FuzzyWord.maximumLength else {
            throw .illegalArgument(
                "the word of [fuzzy] query for field [\(fuzzy.field)] has [\(length)] characters; "
                    + "the most is [\(FuzzyWord.maximumLength)]")
        }
        return word(mapping.path, term, fuzzy.options, fuzzy.boost)
    }

    /// A word with as many edits as its length allows; one too long for any, as it is.
    func word(
        _ path: String, _ term: Term, _ options: FuzzyOptions?, _ boost: Float
    ) -> Query {
        let exact = Query.term(field: path, term: term, boost: boost)
        guard let options else { return exact }
        let length = FuzzyWord.length(term)
        // With as many edits as characters nothing of the word need be left.
        let edits = min(options.fuzziness.edits(length: length), max(0, length - 1))
        guard edits > 0, length <= FuzzyWord.maximumLength else { return exact }
        return .expanded(
            TermExpansion(
                field: path,
                pattern: .fuzzy(
                    FuzzyWord(
                        word: term, distance: edits,
                        prefixLength: min(options.prefixLength, length),
                        transpositions: options.transpositions)),
                limit: options.maximumExpansions, correctsUpTo: options.correctsUpTo),
            boost: boost)
    }

    /// Keywords as the index has them.
    func normalized(_ text: String, _ mapping: FieldMapping) -> String {
        fields.schema.analyzers.normalize(text, with: mapping.normalizer)
    }

    /// A wildcard pattern with the texts between its wildcards as the index has them. A pattern
    /// that cannot be read stays as it is.
    func normalized(wildcard text: String, _ normalize: (String) -> String) -> String {
        guard let parts = try? WildcardPart.parse(text) else { return text }
        var result: [WildcardPart] = []
        var literal: [WildcardPart] = []
        func endLiteral() {
            guard !literal.isEmpty, let text = WildcardPart.literal(literal) else { return }
            result += normalize(text).unicodeScalars.map { .scalar($0) }
            literal = []
        }
        for part in parts {
            if case .scalar = part {
                literal.append(part)
            } else {
                endLiteral()
                result.append(part)
            }
        }
        endLiteral()
        return WildcardPart.text(result)
    }

    /// Nil when nothing can match because the field has no mapping.
    func termMapping(_ field: String, _ kind: String) throws(RequestError) -> FieldMapping? {
        guard field != "_id" else { throw .queryShard("field [_id] cannot be searched by \(kind)") }
        guard let mapping = try mapping(field) else { return nil }
        guard mapping.type == .text || mapping.type == .keyword else {
            throw .queryShard(
                "Can only use \(kind) queries on keyword and text fields - not on [\(field)] which "
                    + "is of type [\(mapping.typeName)]")
        }
        guard mapping.collation == nil else {
            throw .queryShard(
                "Can only use \(kind) queries on keyword and text fields - not on [\(field)], "
                    + "whose [\(mapping.typeName)] values are sort keys, which do not begin or "
                    + "look alike where their texts do; map the field as keyword as well")
        }
        guard mapping.isIndexed else {
            throw .queryShard("Cannot search on field [\(field)] since it is not indexed.")
        }
        return mapping
    }
}

extension TermPattern {
    /// What the query is called.
    fileprivate var name: String {
        switch self {
        case .wildcard: "wildcard"
        case .regexp: "regexp"
        case .fuzzy: "fuzzy"
        }
    }
}
