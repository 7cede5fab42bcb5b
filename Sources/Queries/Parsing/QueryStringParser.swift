// Lucene's query syntax: `title:(ants +bees) AND "two words"~2 -year:[1990 TO 2000} foo*^2`.

import Analysis

/// A recursive descent over the tokens with the rules of Lucene's classic parser: AND makes both
/// its neighbours required, OR (with default operator `and`) makes them optional, and adjacent
/// words without operators form one text. Errors carry the column.
struct QueryStringParser {
    private let tokens: [QueryStringToken]
    private let endColumn: Int
    private let defaultOperator: TextOperator
    private var index = 0
    private var depth = 0
    private var clauseCount = 0

    /// The tree; nil when the text has no clause at all.
    static func parse(
        _ text: String, defaultOperator: TextOperator = .or
    ) throws(RequestError) -> QueryStringNode? {
        try QueryLimits.check(text: text, "[query_string] query")
        if let words = QueryStringLexer.onlyWords(text) { return .words(words, field: nil) }
        var lexer = QueryStringLexer(text)
        var parser = QueryStringParser(
            tokens: try lexer.tokenize(), endColumn: text.unicodeScalars.count + 1,
            defaultOperator: defaultOperator)
        guard !parser.tokens.isEmpty else { return nil }
        let node = try parser.clauses(field: nil)
        guard parser.index == parser.tokens.count else {
            throw parser.error("[)] closes nothing")
        }
        return node
    }

    private init(tokens: [QueryStringToken], endColumn: Int, defaultOperator: TextOperator) {
        self.tokens = tokens
        self.endColumn = endColumn
        self.defaultOperator = defaultOperator
    }

    private func kind(at offset: Int = 0) -> QueryStringToken.Kind? {
        index + offset < tokens.count ? tokens[index + offset].kind : nil
    }

    private func error(_ reason: String) -> RequestError {
        QueryStringLexer.error(
            reason, column: index < tokens.count ? tokens[index].column : endColumn)
    }

    private enum Conjunction { case and, or }

    private enum Modifier { case plus, minus }

    private var isClosing: Bool {
        if case .close = tokens[index].kind { true } else { false }
    }

    private func modifier() -> Modifier? {
        guard index < tokens.count else { return nil }
        switch tokens[index].kind {
        case .plus: return .plus
        case .minus, .not: return .minus
        default: return nil
        }
    }

    /// Clauses up to a closing parenthesis or the end.
    private mutating func clauses(field: String?) throws(RequestError) -> QueryStringNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= QueryLimits.maximumDepth else {
            throw error("parentheses are nested more than \(QueryLimits.maximumDepth) deep")
        }
        var clauses: [QueryStringNode.Clause] = []
        while index < tokens.count, !isClosing {
            var conjunction: Conjunction?
            switch tokens[index].kind {
            case .and: conjunction = .and
            case .or: conjunction = .or
            default: break
            }
            if conjunction != nil {
                guard !clauses.isEmpty else { throw error("an operator needs a clause before it") }
                index += 1
            }
            let modifier = modifier()
            if modifier != nil { index += 1 }
            let isPlain = conjunction == nil && modifier == nil
            let node = try clause(field: field, mayGroup: isPlain)
            add(node, conjunction, modifier, to: &clauses)
            clauseCount += 1
            guard clauseCount <= QueryLimits.maximumClauses else {
                throw error("there are more than \(QueryLimits.maximumClauses) clauses")
            }
        }
        guard !clauses.isEmpty else { throw error("a clause is missing") }
        if clauses.count == 1, clauses[0].occurrence != .mustNot { return clauses[0].node }
        return .clauses(clauses)
    }

    private func add(
        _ node: QueryStringNode, _ conjunction: Conjunction?, _ modifier: Modifier?,
        to clauses: inout [QueryStringNode.Clause]
    ) {
        if let last = clauses.indices.last, clauses[last].occurrence != .mustNot {
            if conjunction == .and { clauses[last].occurrence = .must }
            if conjunction == .or, defaultOperator == .and { clauses[last].occurrence = .should }
        }
        var occurrence: QueryStringNode.Occurrence
        switch defaultOperator {
        case .or: occurrence = modifier == .plus || conjunction == .and ? .must : .should
        case .and: occurrence = conjunction == .or && modifier != .plus ? .should : .must
        }
        if modifier == .minus { occurrence = .mustNot }
        clauses.append(QueryStringNode.Clause(occurrence: occurrence, node: node))
    }

    /// One clause: `[field:] (word | phrase | range | group) [^boost]`.
    private mutating func clause(
        field: String?, mayGroup: Bool
    ) throws(RequestError) -> QueryStringNode {
        guard let first = kind() else { throw error("a clause is missing") }
        if kind(at: 1) == .colon {
            switch first {
            case .word(let name):
                index += 2
                return try fieldClause(name)
            case .star:
                guard kind(at: 2) == .star else { break }
                index += 3
                return try boosted(.matchAll)
            default: break
            }
        }
        return try boosted(try operand(field: field, mayGroup: mayGroup))
    }

    private mutating func fieldClause(_ name: String) throws(RequestError) -> QueryStringNode {
        if name == "_exists_" {
            let field: String
            switch kind() {
            case .word(let text)?, .phrase(let text)?: field = text
            default: throw error("a field's name must follow [_exists_:]")
            }
            index += 1
            return try boosted(.exists(field: field))
        }
        if case .star? = kind() {
            index += 1
            return try boosted(.exists(field: name))
        }
        return try boosted(try operand(field: name, mayGroup: false))
    }

    private mutating func operand(
        field: String?, mayGroup: Bool
    ) throws(RequestError) -> QueryStringNode {
        guard let kind = kind() else { throw error("a clause is missing") }
        switch kind {
        case .word(let text):
            index += 1
            return try words(text, field: field, mayGroup: mayGroup)
        case .prefix(let text):
            index += 1
            return .prefix(text, field: field)
        case .wildcard(let text):
            index += 1
            return .wildcard(text, field: field)
        case .regexp(let text):
            index += 1
            return .regexp(text, field: field)
        case .star:
            index += 1
            return .matchAll
        case .phrase(let text):
            index += 1
            var slop: Int?
            if case .tilde(let distance)? = self.kind() {
                guard let distance, (0...QueryLimits.maximumSlop).contains(distance) else {
                    throw error("a number of positions must follow [~]")
                }
                slop = distance
                index += 1
            }
            return .phrase(text, field: field, slop: slop)
        case .range(let lower, let includesLower, let upper, let includesUpper):
            index += 1
            return .range(
                lower.map { RawRangeQuery.RawBound(.string($0), inclusive: includesLower) },
                upper.map { RawRangeQuery.RawBound(.string($0), inclusive: includesUpper) },
                field: field)
        case .comparison(let comparison):
            index += 1
            return try compared(comparison, field: field)
        case .open:
            let column = tokens[index].column
            index += 1
            let node = try clauses(field: field)
            guard self.kind() == .close else {
                throw QueryStringLexer.error("the parenthesis is not closed", column: column)
            }
            index += 1
            return node
        case .close, .colon, .plus, .minus, .not, .and, .or, .boost, .tilde:
            throw error("a word, phrase, range or parenthesis is missing")
        }
    }

    /// A word and, unless operators touch them, the words right after it.
    private mutating func words(
        _ first: String, field: String?, mayGroup: Bool
    ) throws(RequestError) -> QueryStringNode {
        var words = [first]
        while mayGroup, case .word(let next)? = kind() {
            switch kind(at: 1) {
            case .colon?, .star?, .tilde?, .boost?, .and?, .or?:
                return .words(words, field: field)
            default:
                words.append(next)
                index += 1
            }
        }
        guard case .tilde(let edits)? = kind() else { return .words(words, field: field) }
        guard edits.map({ (0...FuzzyWord.maximumDistance).contains($0) }) ?? true else {
            throw error(
                "a word may have 0, 1 or 2 edits (ant~1); write \\~ for the character")
        }
        index += 1
        return .fuzzy(first, field: field, edits: edits)
    }

    /// `field:>=10`
    private mutating func compared(
        _ comparison: String, field: String?
    ) throws(RequestError) -> QueryStringNode {
        let text: String
        switch kind() {
        case .word(let value)?, .phrase(let value)?: text = value
        default: throw error("a value must follow [\(comparison)]")
        }
        index += 1
        let bound = RawRangeQuery.RawBound(.string(text), inclusive: comparison.hasSuffix("="))
        return comparison.hasPrefix(">")
            ? .range(bound, nil, field: field) : .range(nil, bound, field: field)
    }

    private mutating func boosted(_ node: QueryStringNode) throws(RequestError) -> QueryStringNode {
        guard case .boost(let boost)? = kind() else { return node }
        index += 1
        return .boosted(node, boost)
    }
}
