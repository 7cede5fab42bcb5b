// Shows where a document matched: analyses the fields' texts again and marks the query's terms.

import Analysis
import Queries

struct Highlighter {
    private struct Field {
        let request: HighlightField
        let mapping: FieldMapping
        /// Where in the source the field's values are.
        let sourcePath: String
        let wanted: HighlightTerms
    }

    private let fields: [Field]
    private let orderByScore: Bool
    private let analyzers: AnalyzerPool
    private let automata = Automata()

    init(_ request: HighlightRequest, query: Query, schema: Schema) {
        orderByScore = request.orderByScore
        analyzers = schema.analyzers.pool
        var fields: [Field] = []
        var seen: Set<[UInt8]> = []
        for field in request.fields {
            for mapping in Self.mappings(field.name, schema)
            where seen.insert(Array(mapping.path.utf8)).inserted {
                var source = mapping
                while let parent = source.parent.flatMap({ schema[$0] }) { source = parent }
                fields.append(
                    Field(
                        request: field, mapping: mapping, sourcePath: source.path,
                        wanted: query.highlightTerms(
                            request.requireFieldMatch ? mapping.path : nil)))
            }
        }
        self.fields = fields
    }

    /// The text and keyword fields a name or pattern stands for.
    private static func mappings(_ name: String, _ schema: Schema) -> [FieldMapping] {
        let pattern = PathPattern(name)
        let candidates =
            pattern.hasWildcard
            ? schema.fields.filter { pattern.matches($0.path) } : schema[name].map { [$0] } ?? []
        return candidates.filter { $0.type == .text || $0.type == .keyword }
    }

    /// The fields that have something to show, in the order they were asked for.
    func highlight(_ source: [UInt8]) throws -> [HighlightedField] {
        let document = try JSONParser.parse(source)
        return fields.compactMap { field in
            let fragments = fragments(field, document)
            return fragments.isEmpty
                ? nil : HighlightedField(field: field.mapping.path, fragments: fragments)
        }
    }

    private func fragments(_ field: Field, _ document: JSONValue) -> [String] {
        guard !field.wanted.isEmpty || field.request.noMatchSize > 0 else { return [] }
        let isKeyword = field.mapping.type == .keyword
        let keyword = field.mapping.normalizer.map(AnalyzerRegistry.analyzerName) ?? "keyword"
        let name = isKeyword ? keyword : field.mapping.analyzer
        let texts = SourceValues.texts(in: document, path: field.sourcePath)
            .filter { !isKeyword || $0.unicodeScalars.count <= field.mapping.ignoreAbove }
            .map { Array($0.utf8) }
        return analyzers.with(name) { fragments(field, texts, $0) } ?? []
    }

    private func fragments(
        _ field: Field, _ texts: [[UInt8]], _ analyzer: Analyzer
    ) -> [String] {
        let request = field.request
        var tokens = TokenBatch()
        var found: [Fragment] = []
        for (number, text) in texts.enumerated() {
            text.withUnsafeBufferPointer { analyzer.analyze($0, into: &tokens) }
            found += Fragment.cut(
                text, value: number, tokens: tokens,
                matches: TokenMatches.find(field.wanted, in: tokens, automata),
                size: request.fragmentCount == 0 ? nil : request.fragmentSize)
        }
        if found.isEmpty {
            guard request.noMatchSize > 0, let text = texts.first else { return [] }
            text.withUnsafeBufferPointer { analyzer.analyze($0, into: &tokens) }
            return [Fragment.beginning(text, tokens: tokens, size: request.noMatchSize)]
        }
        return chosen(found, request).map {
            $0.render(
                texts[$0.value], pre: request.preTags.first ?? "",
                post: request.postTags.first ?? "")
        }
    }

    /// The best fragments, in the text's order or the best first.
    private func chosen(_ found: [Fragment], _ request: HighlightField) -> [Fragment] {
        let limit = request.fragmentCount == 0 ? found.count : request.fragmentCount
        let ranked = found.enumerated().sorted {
            ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
        }
        let best = ranked.prefix(limit)
        return (orderByScore ? Array(best) : best.sorted { $0.offset < $1.offset }).map(\.element)
    }
}
