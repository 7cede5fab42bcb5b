// Queries, requests and errors as short texts, for goldens that people can read.

import Analysis

@testable import Queries

/// `bool(must: [title:ant^2], mustNot: [year:[1990, 2000]])` and the like; boosts of 1 are left
/// out.
func outline(_ query: Query) -> String {
    func boost(_ value: Float) -> String { value == 1 ? "" : "^\(value)" }
    func list(_ name: String, _ queries: [Query]) -> String? {
        queries.isEmpty
            ? nil : "\(name): [" + queries.map(outline).joined(separator: ", ") + "]"
    }
    switch query {
    case .matchAll(let b): return "all" + boost(b)
    case .matchNone: return "none"
    case .term(let field, let term, let b): return "\(field):\(term.text)" + boost(b)
    case .terms(let field, let terms, let b):
        return "\(field):{" + terms.map(\.text).joined(separator: ",") + "}" + boost(b)
    case .phrase(let field, let terms, let slop, let b):
        let words = terms.map { "\($0.term.text)@\($0.position)" }.joined(separator: " ")
        return "\(field):\"\(words)\"" + (slop > 0 ? "~\(slop)" : "") + boost(b)
    case .bool(let bool):
        let parts = [
            list("must", bool.must), list("should", bool.should), list("filter", bool.filter),
            list("mustNot", bool.mustNot),
            bool.minimumShouldMatch > 0 ? "minimum: \(bool.minimumShouldMatch)" : nil,
        ]
        return "bool(" + parts.compactMap { $0 }.joined(separator: ", ") + ")"
    case .disjunctionMax(let clauses, let tie):
        return "max(" + clauses.map(outline).joined(separator: ", ")
            + (tie == 0 ? ")" : "; tie \(tie))")
    case .blended(let terms, let tie):
        let parts = terms.map { "\($0.field):\($0.term.text)" + boost($0.boost) }
        return "blend(" + parts.joined(separator: ", ") + (tie == 0 ? ")" : "; tie \(tie))")
    case .combined(let terms, let b):
        let parts = terms.map { "\($0.field):\($0.term.text)" + boost($0.boost) }
        return "combine(" + parts.joined(separator: ", ") + ")" + boost(b)
    case .demoted(let positive, let negative, let factor):
        return "demote(\(outline(positive)) by \(outline(negative)) to \(factor))"
    case .constantScore(let inner, let b): return "constant(\(outline(inner)))" + boost(b)
    case .range(let field, let lower, let upper, let b):
        return "\(field):" + (lower?.inclusive ?? true ? "[" : "{") + outline(lower) + ", "
            + outline(upper) + (upper?.inclusive ?? true ? "]" : "}") + boost(b)
    case .exists(let field, let b): return "exists(\(field))" + boost(b)
    case .ids(let ids, let b): return "ids(" + ids.joined(separator: ",") + ")" + boost(b)
    case .prefix(let field, let prefix, let b):
        return "\(field):\(String(decoding: prefix, as: UTF8.self))*" + boost(b)
    case .pattern(let field, let pattern, let b): return "\(field):\(outline(pattern))" + boost(b)
    case .expanded(let expansion, let b): return outline(expansion) + boost(b)
    case .phrasePrefix(let phrase, let b):
        let words = phrase.terms.map { "\($0.term.text)@\($0.position)" }.joined(separator: " ")
        return "\(phrase.field):\"\(words) \(outline(phrase.last))@\(phrase.lastPosition)\""
            + (phrase.slop > 0 ? "~\(phrase.slop)" : "") + boost(b)
    case .functionScore(let function): return outline(function)
    case .covering(let covering):
        return (list("cover by \(covering.minimumField)", covering.clauses) ?? "cover nothing")
    default: return outlineOfUserForm(query)
    }
}

private func outline(_ function: FunctionScoreQuery) -> String {
    "score(\(outline(function.query)); \(function.scoreMode) \(function.boostMode)"
        + (function.maximumBoost == FunctionScoreQuery.unlimitedBoost
            ? "" : " to \(function.maximumBoost)")
        + (function.minimumScore.map { " from \($0)" } ?? "")
        + function.functions.map { "; " + outline($0) }.joined() + ")"
}

private func outline(_ function: ScoreFunction) -> String {
    func decay(
        _ field: String, _ shape: DecayFunction.Shape, _ places: [String], _ decay: Double,
        _ mode: DecayFunction.ValueMode
    ) -> String {
        "\(shape) \(mode) \(field) " + places.joined(separator: ",") + " \(decay)"
    }
    let kind =
        switch function.kind {
        case .constant: "1"
        case .fieldValue(let value):
            "\(value.modifier) \(value.field)*\(value.factor)"
                + (value.missing.map { " or \($0)" } ?? "")
        case .random(let seed): "random \(seed.map { "\($0)" } ?? "any")"
        case .decay(let d):
            decay(
                d.field, d.shape, ["\(d.origin)", "\(d.scale)", "\(d.offset)"], d.decay,
                d.valueMode)
        case .rawDecay(let d):
            decay(
                d.field, d.shape,
                [d.origin, d.scale, d.offset].map { $0.map { "\($0)" } ?? "-" }, d.decay,
                d.valueMode)
        }
    return kind + (function.weight == 1 ? "" : "^\(function.weight)")
        + (function.filter.map { " if \(outline($0))" } ?? "")
}

private func outline(_ pattern: TermPattern) -> String {
    switch pattern {
    case .wildcard(let text, let ignoresCase): "w'\(text)'" + (ignoresCase ? "i" : "")
    case .regexp(let text, let operators, let ignoresCase):
        "/\(text)/" + (operators == .all ? "" : "\(operators.rawValue)") + (ignoresCase ? "i" : "")
    case .fuzzy(let word):
        "\(word.word.text)~\(word.distance)"
            + (word.prefixLength > 0 ? ",\(word.prefixLength)" : "")
            + (word.transpositions ? "" : "-")
    }
}

private func outline(_ expansion: TermExpansion) -> String {
    "\(expansion.field):\(outline(expansion.pattern))"
        + (expansion.limit == 50 ? "" : "#\(expansion.limit)")
        + (expansion.correctsUpTo.map { "?\($0)" } ?? "")
}

private func outline(_ fuzzy: FuzzyOptions?) -> String? {
    guard let fuzzy else { return nil }
    let edits =
        switch fuzzy.fuzziness {
        case .edits(let edits): "\(edits)"
        case .auto(let low, let high): "auto:\(low),\(high)"
        }
    return "\(edits),\(fuzzy.prefixLength),\(fuzzy.maximumExpansions)"
        + (fuzzy.transpositions ? "" : "-") + (fuzzy.correctsUpTo.map { "?\($0)" } ?? "")
}

private func outline(_ bound: Bound?) -> String {
    switch bound?.value {
    case nil: "*"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .bytes(let bytes): "'" + String(decoding: bytes, as: UTF8.self) + "'"
    }
}

private func outlineOfUserForm(_ query: Query) -> String {
    func fields(_ fields: [WeightedField]) -> String {
        fields.map { $0.pattern + ($0.boost == 1 ? "" : "^\($0.boost)") }.joined(separator: ",")
    }
    func extras(_ boost: Float, _ values: [(String, String?)]) -> String {
        let shown = values.compactMap { name, value in value.map { " \(name)=\($0)" } }
        return shown.joined() + (boost == 1 ? "" : "^\(boost)")
    }
    switch query {
    case .match(let m):
        return "match(\(m.field) \(m.value)"
            + extras(
                m.boost,
                [
                    ("operator", m.operator == .and ? "and" : nil),
                    ("minimum", m.minimumShouldMatch?.text), ("fuzzy", outline(m.fuzzy)),
                    ("prefix", m.isLastPrefix ? "yes" : nil),
                    ("zero", m.zeroTermsQuery == .all ? "all" : nil),
                    ("lenient", m.lenient ? "yes" : nil),
                ]) + ")"
    case .multiMatch(let m):
        return "multi(\(fields(m.fields)) \(m.value) \(m.kind.rawValue)"
            + extras(
                m.boost,
                [
                    ("operator", m.operator == .and ? "and" : nil),
                    ("minimum", m.minimumShouldMatch?.text),
                    ("tie", m.tieBreaker.map { "\($0)" }), ("slop", m.slop > 0 ? "\(m.slop)" : nil),
                    ("fuzzy", outline(m.fuzzy)),
                    ("terms", m.maximumExpansions == 50 ? nil : "\(m.maximumExpansions)"),
                ]) + ")"
    case .matchPhrase(let m):
        return "phrase(\(m.field) \(m.value)"
            + extras(
                m.boost,
                [
                    ("slop", m.slop > 0 ? "\(m.slop)" : nil),
                    ("prefix", m.prefixExpansions.map { "\($0)" }),
                ]) + ")"
    case .queryString(let q):
        return "string(\(fields(q.fields)) '\(q.text)'"
            + extras(
                q.boost,
                [
                    ("operator", q.defaultOperator == .and ? "and" : nil),
                    ("fuzzy", q.fuzzy == FuzzyOptions() ? nil : outline(q.fuzzy)),
                ]) + ")"
    case .fuzzy(let f):
        return "fuzzy(\(f.field) \(f.value) \(outline(f.options) ?? "")" + extras(f.boost, []) + ")"
    case .rawTerm(let field, let value, let boost):
        return "\(field)=\(value)" + extras(boost, [])
    case .rawTerms(let field, let values, let boost):
        return "\(field)=\(values.map(\.description))" + extras(boost, [])
    case .termsSet(let set):
        return "set(\(set.field)=\(set.values.map(\.description)) by \(set.minimumField)"
            + extras(set.boost, []) + ")"
    case .rawRange(let r):
        let lower = r.lower.map { ($0.inclusive ? "[" : "{") + $0.value.description } ?? "[*"
        let upper = r.upper.map { $0.value.description + ($0.inclusive ? "]" : "}") } ?? "*]"
        return "\(r.field) in \(lower), \(upper)"
            + extras(r.boost, [("format", r.format), ("zone", r.timeZone)])
    default: return "?"
    }
}

/// The query of `{"query": …}` with OpenSearch's quoting relaxed: single quotes for double ones.
func parse(_ text: String) throws -> Query {
    let json = text.replacing("'", with: "\"")
    return try QueryDSLParser.parseQuery(try JSONParser.parse(Array(json.utf8)))
}

/// The query's outline, or its error.
func parsed(_ text: String) -> String {
    do {
        return outline(try parse(text))
    } catch {
        return "\(error)"
    }
}

func searched(
    _ body: String, _ parameters: [(String, String)] = []
) throws -> SearchRequest {
    try QueryDSLParser.parseSearch(
        Array(body.replacing("'", with: "\"").utf8), parameters: parameters, indices: ["books"])
}

func refusal(_ body: String, _ parameters: [(String, String)] = []) -> String {
    do {
        _ = try searched(body, parameters)
        return "accepted"
    } catch {
        return "\(error)"
    }
}

/// A small seeded generator (SplitMix64) for tests.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }
}
