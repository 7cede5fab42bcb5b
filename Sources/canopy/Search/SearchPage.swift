// A search answer as text for a terminal: hits with their marked fragments, facets, and times.

import Analysis

struct SearchPage {
    /// Fields that name a document, the best first.
    private static let titleFields = ["title", "name", "package", "subject", "headline", "path"]
    /// Fields shown of a hit without fragments.
    private static let shownFields = 4

    let style: TerminalStyle
    let columns: Int
    let from: Int
    /// The fields asked for; empty: what fits.
    let fields: [String]

    func text(_ answer: JSONValue, elapsed: Duration, cacheVerdict: String?) -> String {
        var lines: [String] = []
        let hits = answer["hits"]?["hits"]?.arrayValue ?? []
        for (number, hit) in hits.enumerated() {
            lines += hitLines(hit, number: from + number + 1)
            lines.append("")
        }
        for facet in answer["aggregations"]?.objectValue?.members ?? [] {
            lines.append(facetLine(facet.key, facet.value))
        }
        lines += statusLines(answer, shown: hits.count, elapsed, cacheVerdict)
        return lines.joined(separator: "\n") + "\n"
    }

    private func hitLines(_ hit: JSONValue, number: Int) -> [String] {
        let id = (hit["_id"]?.stringValue ?? "").printable
        let source = hit["_source"]
        let title = Self.titleFields.lazy
            .compactMap { source?[$0]?.stringValue?.printable }.first { !$0.isEmpty }
        let score = hit["_score"]?.doubleValue.map { Quantities.decimal($0, significant: 4) }
        let place = [hit["_index"]?.stringValue?.printable, id == title ? nil : id, score]
            .compactMap { $0 }.joined(separator: " · ")
        let head = style.bold((title ?? id).shortened(to: max(20, columns - 6)))
        let mark = String(repeating: " ", count: max(0, 3 - String(number).count)) + String(number)
        var lines = [style.dim(mark) + " " + head, "    " + style.dim(place)]
        let fragments = (hit["highlight"]?.objectValue?.members ?? []).flatMap { field in
            (field.value.arrayValue ?? []).compactMap(\.stringValue).map { (field.key, $0) }
        }
        if fragments.isEmpty || !fields.isEmpty {
            lines += valueLines(source, without: title)
        }
        for (field, fragment) in fragments.prefix(3) where !isShownTitle(fragment, title) {
            lines.append("    " + style.dim(field.printable + ": ") + marked(fragment))
        }
        return lines
    }

    /// The marks of a highlighted fragment become bold text.
    private func marked(_ fragment: String) -> String {
        var text = ""
        var word = ""
        var isMarked = false
        for character in fragment.printable {
            switch character {
            case SearchBody.mark.open: isMarked = true
            case SearchBody.mark.close:
                text += style.bold(style.yellow(word))
                word = ""
                isMarked = false
            default:
                if isMarked { word.append(character) } else { text.append(character) }
            }
        }
        return text + word
    }

    private func isShownTitle(_ fragment: String, _ title: String?) -> Bool {
        let plain = fragment.filter { $0 != SearchBody.mark.open && $0 != SearchBody.mark.close }
        return plain.printable == title
    }

    private func valueLines(_ source: JSONValue?, without title: String?) -> [String] {
        let members = source?.objectValue?.members ?? []
        let shown =
            fields.isEmpty
            ? members.filter { $0.value.stringValue?.printable != title }.prefix(Self.shownFields)
            : members.filter { fields.contains($0.key) }[...]
        return shown.map { member in
            let value = member.value.stringValue ?? member.value.description
            return "    " + style.dim(member.key.printable + ": ")
                + value.printable.shortened(to: max(20, columns - 8 - member.key.count))
        }
    }

    private func facetLine(_ name: String, _ facet: JSONValue) -> String {
        let buckets = (facet["buckets"]?.arrayValue ?? []).map { bucket in
            let key =
                bucket["key_as_string"]?.stringValue ?? bucket["key"]?.stringValue
                ?? bucket["key"]?.description ?? ""
            let count = Quantities.count(bucket["doc_count"]?.integerValue ?? 0)
            return "\(key.printable) \(style.dim(count))"
        }
        let others = facet["sum_other_doc_count"]?.integerValue ?? 0
        let rest = others > 0 ? style.dim(" · \(Quantities.count(others)) in others") : ""
        return style.bold(name.printable) + "  " + buckets.joined(separator: " · ") + rest
    }

    private func statusLines(
        _ answer: JSONValue, shown: Int, _ elapsed: Duration, _ cacheVerdict: String?
    ) -> [String] {
        let total = answer["hits"]?["total"]
        let count = Quantities.count(total?["value"]?.integerValue ?? Int64(shown))
        let bound = total?["relation"]?.stringValue == "gte" ? "at least " : ""
        let took = answer["took"]?.integerValue.map { "\($0) ms at the server" }
        var parts = ["\(shown) of \(bound)\(count) hits", Quantities.duration(elapsed)]
        if let took { parts.append(took) }
        if let cacheVerdict { parts.append("cache \(cacheVerdict.printable)") }
        var lines = [style.dim(parts.joined(separator: " · "))]
        let failed = answer["_shards"]?["failed"]?.integerValue ?? 0
        if failed > 0 {
            let all = answer["_shards"]?["total"]?.integerValue ?? 0
            lines.append(
                style.red("\(failed) of \(all) shards did not answer: hits may be missing"))
        }
        if answer["timed_out"]?.boolValue == true {
            lines.append(style.red("the search ran out of time: hits may be missing"))
        }
        return lines
    }
}
