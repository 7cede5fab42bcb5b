// Which searches are English questions, whose best hits are looked at twice.

import Analysis

extension QueryAnalyzer {
    /// What to look for in the best hits, or nil where their order stays as it is: for searches
    /// in another order than by score, with rescorers, a least score or `rerank: false`, of pages
    /// behind the window, of single words, and of anything but words in English fields.
    func reranking(for request: SearchRequest) -> Reranking? {
        guard let question = question(of: request) else { return nil }
        let words = Self.words(of: question.text)
        guard words.count >= Reranking.fewestWords else { return nil }
        return Reranking(fields: question.fields, words: words)
    }

    struct Question {
        var text: String
        var fields: [Reranking.Field]
    }

    /// Nil where nothing is to be put in order anew, whatever the words are.
    func question(of request: SearchRequest) -> Question? {
        guard request.rerank, request.size > 0, request.from < Reranking.window,
            request.sort.isEmpty, request.rescores.isEmpty, request.minimumScore == nil,
            schema.fields.contains(where: { $0.analyzer == WordForms.analyzerName }),
            schema.analyzers.isBuiltIn(WordForms.analyzerName)
        else { return nil }
        return question(of: request.query)
    }

    /// The words that alone make the query's score.
    private func question(of query: Query) -> Question? {
        switch query {
        case .match(let match) where match.fuzzy == nil && !match.isLastPrefix:
            return question(match.value, [WeightedField(match.field)])
        case .multiMatch(let multi) where multi.fuzzy == nil:
            guard [.bestFields, .mostFields].contains(multi.kind) || multi.kind.joinsFields else {
                return nil
            }
            return question(multi.value, multi.fields)
        case .queryString(let string):
            let node = try? QueryStringParser.parse(
                string.text, defaultOperator: string.defaultOperator)
            guard case .words(let words, let field)? = node else { return nil }
            return question(
                .string(words.joined(separator: " ")),
                field.map { [WeightedField($0)] } ?? string.fields)
        case .bool(let bool):
            let scoring = bool.must + bool.should
            return scoring.count == 1 ? question(of: scoring[0]) : nil
        default: return nil
        }
    }

    private func question(_ value: JSONValue, _ patterns: [WeightedField]) -> Question? {
        guard case .string(let text) = value, let expanded = try? rewriter.expand(patterns)
        else { return nil }
        var boosts: [String: Float] = [:]
        for field in expanded {
            guard let mapping = schema[field.path] else { continue }
            switch mapping.type {
            case .text:
                if mapping.path == Schema.overflowPath { continue }
                guard mapping.analyzer == WordForms.analyzerName,
                    mapping.searchAnalyzer == WordForms.analyzerName
                else { return nil }
                boosts[mapping.path] = field.boost
            case .keyword: continue
            default: return nil
            }
        }
        let fields = schema.fields.compactMap { mapping in
            boosts[mapping.path].map { Reranking.Field(path: mapping.path, boost: $0) }
        }
        return fields.isEmpty ? nil : Question(text: text, fields: fields)
    }

    private static func words(of text: String) -> [Reranking.Word] {
        let forms = WordForms.with { $0.forms(of: text) } ?? []
        let telling = forms.filter { !$0.isFunctionWord }
        return (telling.isEmpty ? forms : telling).prefix(Reranking.wordLimit).map { forms in
            Reranking.Word(stem: Term(forms.stem), singular: Term(forms.singular))
        }
    }
}
