// The query's canonical bytes: what its equality is in a cache, and what its clauses are ordered
// by.

import Analysis

extension Query {
    /// Equal queries, and no others, give equal bytes.
    func canonicalBytes() -> [UInt8] {
        var writer = CanonicalWriter()
        write(to: &writer)
        return writer.bytes
    }

    func write(to writer: inout CanonicalWriter) {
        switch self {
        case .matchAll(let boost):
            writer.tag(0)
            writer.float(boost)
        case .matchNone:
            writer.tag(1)
        case .term(let field, let term, let boost):
            writer.head(2, field, boost)
            writer.blob(term.bytes)
        case .terms(let field, let terms, let boost):
            writer.head(3, field, boost)
            writer.list(terms) { $0.blob($1.bytes) }
        case .phrase(let field, let terms, let slop, let boost):
            writer.head(4, field, boost)
            writer.integer(slop)
            writer.list(terms) {
                $0.blob($1.term.bytes)
                $0.integer($1.position)
            }
        case .bool(let bool):
            writer.tag(5)
            writer.integer(bool.minimumShouldMatch)
            for clauses in [bool.must, bool.should, bool.filter, bool.mustNot] {
                writer.list(clauses) { $1.write(to: &$0) }
            }
        case .disjunctionMax(let clauses, let tieBreaker):
            writer.tag(6)
            writer.float(tieBreaker)
            writer.list(clauses) { $1.write(to: &$0) }
        case .constantScore(let inner, let boost):
            writer.tag(7)
            writer.float(boost)
            inner.write(to: &writer)
        case .range(let field, let lower, let upper, let boost):
            writer.head(8, field, boost)
            writer.optional(lower) { $1.write(to: &$0) }
            writer.optional(upper) { $1.write(to: &$0) }
        case .exists(let field, let boost):
            writer.head(9, field, boost)
        case .ids(let ids, let boost):
            writer.head(10, "", boost)
            writer.list(ids) { $0.string($1) }
        case .prefix(let field, let prefix, let boost):
            writer.head(11, field, boost)
            writer.blob(prefix)
        default:
            writeManyTermed(to: &writer)
        }
    }

    /// The rest of the normal form.
    private func writeManyTermed(to writer: inout CanonicalWriter) {
        switch self {
        case .pattern(let field, let pattern, let boost):
            writer.head(12, field, boost)
            pattern.write(to: &writer)
        case .expanded(let expansion, let boost):
            writer.head(13, "", boost)
            expansion.write(to: &writer)
        case .phrasePrefix(let phrase, let boost):
            writer.head(14, phrase.field, boost)
            writer.integer(phrase.slop)
            writer.list(phrase.terms) {
                $0.blob($1.term.bytes)
                $0.integer($1.position)
            }
            phrase.last.write(to: &writer)
            writer.integer(phrase.lastPosition)
        case .blended(let terms, let tieBreaker):
            writer.tag(15)
            writer.float(tieBreaker)
            writer.list(terms) {
                $0.head(0, $1.field, $1.boost)
                $0.blob($1.term.bytes)
            }
        case .demoted(let positive, let negative, let factor):
            writer.tag(16)
            writer.float(factor)
            positive.write(to: &writer)
            negative.write(to: &writer)
        case .functionScore(let function):
            writer.tag(17)
            function.write(to: &writer)
        case .covering(let covering):
            writer.tag(18)
            covering.write(to: &writer)
        case .combined(let terms, let boost):
            writer.tag(19)
            writer.float(boost)
            writer.list(terms) {
                $0.head(0, $1.field, $1.boost)
                $0.blob($1.term.bytes)
            }
        default:
            writeUserForm(to: &writer)
        }
    }

    private func writeUserForm(to writer: inout CanonicalWriter) {
        switch self {
        case .match(let match):
            writer.head(20, match.field, match.boost)
            writer.json(match.value)
            writer.string(match.operator.rawValue)
            writer.optional(match.minimumShouldMatch) { $0.string($1.text) }
            writer.optional(match.fuzzy) { $1.write(to: &$0) }
            writer.flag(match.isLastPrefix)
            writer.string(match.zeroTermsQuery.rawValue)
            writer.flag(match.lenient)
        case .multiMatch(let multi):
            writer.head(21, multi.kind.rawValue, multi.boost)
            writer.json(multi.value)
            writer.list(multi.fields) { $0.head(0, $1.pattern, $1.boost) }
            writer.string(multi.operator.rawValue)
            writer.optional(multi.minimumShouldMatch) { $0.string($1.text) }
            writer.optional(multi.tieBreaker) { $0.float($1) }
            writer.integer(multi.slop)
            writer.optional(multi.fuzzy) { $1.write(to: &$0) }
            writer.integer(multi.maximumExpansions)
            writer.string(multi.zeroTermsQuery.rawValue)
            writer.flag(multi.lenient)
        case .matchPhrase(let phrase):
            writer.head(22, phrase.field, phrase.boost)
            writer.json(phrase.value)
            writer.integer(phrase.slop)
            writer.optional(phrase.prefixExpansions) { $0.integer($1) }
            writer.string(phrase.zeroTermsQuery.rawValue)
            writer.flag(phrase.lenient)
        case .queryString(let string):
            writer.head(23, string.text, string.boost)
            writer.list(string.fields) { $0.head(0, $1.pattern, $1.boost) }
            writer.string(string.defaultOperator.rawValue)
            writer.optional(string.minimumShouldMatch) { $0.string($1.text) }
            writer.integer(string.phraseSlop)
            writer.optional(string.tieBreaker) { $0.float($1) }
            string.fuzzy.write(to: &writer)
            writer.flag(string.lenient)
        case .fuzzy(let fuzzy):
            writer.head(27, fuzzy.field, fuzzy.boost)
            writer.json(fuzzy.value)
            fuzzy.options.write(to: &writer)
        case .rawTerm(let field, let value, let boost):
            writer.head(24, field, boost)
            writer.json(value)
        case .rawTerms(let field, let values, let boost):
            writer.head(25, field, boost)
            writer.list(values) { $0.json($1) }
        case .rawRange(let range):
            writer.head(26, range.field, range.boost)
            for bound in [range.lower, range.upper] {
                writer.optional(bound) {
                    $0.json($1.value)
                    $0.flag($1.inclusive)
                }
            }
            writer.optional(range.format) { $0.string($1) }
            writer.optional(range.timeZone) { $0.string($1) }
            writer.flag(range.lenient)
        case .termsSet(let set):
            writer.head(28, set.field, set.boost)
            writer.string(set.minimumField)
            writer.list(set.values) { $0.json($1) }
        default:
            break
        }
    }
}

extension CanonicalWriter {
    fileprivate mutating func head(_ tag: UInt8, _ field: String, _ boost: Float) {
        self.tag(tag)
        string(field)
        float(boost)
    }
}

extension Bound {
    fileprivate func write(to writer: inout CanonicalWriter) {
        writer.flag(inclusive)
        switch value {
        case .integer(let value):
            writer.tag(0)
            writer.integer(value)
        case .real(let value):
            writer.tag(1)
            writer.real(value)
        case .bytes(let value):
            writer.tag(2)
            writer.blob(value)
        }
    }
}
