// Shows where a document matched: analyses the fields' texts again and marks the query's terms.

import Analysis
import Queries

/// Belongs to one thread.
struct Highlighter {
    /// Terms and the analysis that finds them in the text.
    private struct Marks {
        let mapping: FieldMapping
        let wanted: HighlightTerms

        var analyzer: String {
            guard mapping.type == .keyword else { return mapping.analyzer }
            return mapping.normalizer.map(AnalyzerRegistry.analyzerName) ?? "keyword"
        }
    }

    private struct Field {
        let request: HighlightField
        let mapping: FieldMapping
        /// Where in the source the field's values are.
        let sourcePath: String
        let marks: [Marks]
    }

    private let fields: [Field]
    private let escapesHTML: Bool
    private let analyzers: AnalyzerPool
    private let automata = Automata()
    private let cutter = FragmentCutter()

    init(_ request: HighlightRequest, query: Query, schema: Schema) {
        escapesHTML = request.escapesHTML
        analyzers = schema.analyzers.pool
        var fields: [Field] = []
        var seen: Set<[UInt8]> = []
        for field in request.fields {
            for mapping in Self.mappings(field.name, schema)
            where seen.insert(Array(mapping.path.utf8)).inserted {
                var source = mapping
                while let parent = source.parent.flatMap({ schema[$0] }) { source = parent }
                let matched = field.matchedFields.flatMap { Self.mappings($0, schema) }
                let marks = (field.matchedFields.isEmpty ? [mapping] : matched).map { matched in
                    Marks(
                        mapping: matched,
                        wanted: (field.query ?? query).highlightTerms(
                            field.requireFieldMatch ? matched.path : nil))
                }
                fields.append(
                    Field(
                        request: field, mapping: mapping, sourcePath: source.path,
                        marks: marks.filter { !$0.wanted.isEmpty }))
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
        guard !field.marks.isEmpty || field.request.noMatchSize > 0 else { return [] }
        let isKeyword = field.mapping.type == .keyword
        let texts = SourceValues.texts(in: document, path: field.sourcePath)
            .filter { !isKeyword || $0.unicodeScalars.count <= field.mapping.ignoreAbove }
            .map { HighlightedText($0) }
        var found: [Fragment] = []
        for (number, text) in texts.enumerated() {
            found += cutter.cut(
                text, value: number, matches: matches(field, text), field.request)
        }
        if found.isEmpty, field.request.noMatchSize > 0, let text = texts.first {
            let range = cutter.beginning(text, field.request)
            found = range.isEmpty ? [] : [Fragment(value: 0, range: range, matches: [])]
        }
        return chosen(found, field.request).map {
            $0.render(
                texts[$0.value], pre: field.request.preTags.first ?? "",
                post: field.request.postTags.first ?? "", escapesHTML: escapesHTML)
        }
    }

    private func matches(_ field: Field, _ text: HighlightedText) -> [TokenMatch] {
        var found: [TokenMatch] = []
        for marks in field.marks {
            var tokens = TokenBatch()
            _ = analyzers.with(marks.analyzer) { analyzer in
                text.bytes.withUnsafeBufferPointer { analyzer.analyze($0, into: &tokens) }
            }
            found += TokenMatches.find(marks.wanted, in: tokens, automata)
        }
        return text.joined(found)
    }

    /// The best fragments, in the text's order or the best first.
    private func chosen(_ found: [Fragment], _ request: HighlightField) -> [Fragment] {
        let limit = request.fragmentCount == 0 ? found.count : request.fragmentCount
        let ranked = found.enumerated().sorted {
            ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
        }
        let best = ranked.prefix(limit)
        let shown = request.orderByScore ? Array(best) : best.sorted { $0.offset < $1.offset }
        return shown.map(\.element)
    }
}
