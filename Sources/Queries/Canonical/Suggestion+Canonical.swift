// What is to be corrected, in canonical bytes.

extension NamedSuggestion {
    func write(to writer: inout CanonicalWriter) {
        writer.string(name)
        writer.string(text)
        switch suggester {
        case .term(let term):
            writer.tag(0)
            term.generator.write(to: &writer)
            writer.optional(term.analyzer) { $0.string($1) }
            writer.string(term.sort.rawValue)
        case .phrase(let phrase):
            writer.tag(1)
            phrase.write(to: &writer)
        case .completion(let completion):
            writer.tag(2)
            completion.write(to: &writer)
        }
    }
}

extension CompletionSuggester {
    fileprivate func write(to writer: inout CanonicalWriter) {
        writer.string(field)
        writer.optional(analyzer) { $0.string($1) }
        writer.integer(size)
        writer.flag(skipsDuplicates)
        writer.optional(fuzzy) { writer, fuzzy in
            fuzzy.fuzziness.write(to: &writer)
            writer.flag(fuzzy.transpositions)
            writer.integer(fuzzy.minimumLength)
            writer.integer(fuzzy.prefixLength)
        }
    }
}

extension WordGenerator {
    fileprivate func write(to writer: inout CanonicalWriter) {
        writer.string(field)
        writer.integer(size)
        writer.string(mode.rawValue)
        writer.integer(maximumEdits)
        writer.integer(prefixLength)
        writer.integer(minimumWordLength)
        writer.real(minimumFrequency)
        writer.real(maximumFrequency)
        writer.float(accuracy)
    }
}

extension PhraseSuggester {
    fileprivate func write(to writer: inout CanonicalWriter) {
        writer.string(field)
        writer.optional(analyzer) { $0.string($1) }
        writer.integer(size)
        writer.real(confidence)
        writer.real(maximumErrors)
        writer.real(realWordErrorLikelihood)
        writer.integer(gramSize)
        writer.string(separator)
        writer.integer(tokenLimit)
        switch smoothing {
        case .stupidBackoff(let discount):
            writer.tag(0)
            writer.real(discount)
        case .laplace(let alpha):
            writer.tag(1)
            writer.real(alpha)
        }
        writer.list(generators) { $1.write(to: &$0) }
        writer.optional(tags) {
            $0.string($1.pre)
            $0.string($1.post)
        }
    }
}
