// The text tables of `_cat`: aligned columns for people, or JSON.

import Analysis
import Queries

struct CatTable {
    struct Column {
        let name: String
        var alias: String?
        let description: String
        var isRightAligned = false
        var isDefault = true
    }

    /// What the caller asked for.
    struct Style {
        var hasHeader = false
        var columns: [String]?
        var sort: [String] = []
        var isJSON = false
        var isHelp = false

        /// Takes `v`, `h`, `s`, `format` and `help` from the parameters.
        init(_ parameters: inout RequestParameters) throws(RequestError) {
            hasHeader = try parameters.flag("v") ?? false
            isHelp = try parameters.flag("help") ?? false
            columns = parameters.take("h")?.split(separator: ",").map(String.init)
            sort = parameters.take("s")?.split(separator: ",").map(String.init) ?? []
            isJSON = try parameters.choice("format", of: ["json", "text"]) == "json"
        }
    }

    let columns: [Column]
    private(set) var rows: [[String]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// One cell per column.
    mutating func append(_ cells: [String]) {
        precondition(cells.count == columns.count)
        rows.append(cells)
    }

    func answer(_ style: Style) throws(RequestError) -> HTTPAnswer {
        if style.isHelp {
            let lines = columns.map { "\($0.name) | \($0.alias ?? "") | \($0.description)\n" }
            return HTTPAnswer(text: lines.joined())
        }
        let chosen = try self.chosen(style.columns)
        let sorted = try self.sorted(style.sort)
        if style.isJSON {
            var writer = JSONWriter()
            writer.beginArray()
            for row in sorted {
                writer.beginObject()
                for index in chosen { writer.member(columns[index].name, row[index]) }
                writer.endObject()
            }
            writer.endArray()
            return HTTPAnswer(json: writer.bytes)
        }
        return HTTPAnswer(text: text(chosen, sorted, hasHeader: style.hasHeader))
    }

    private func index(of name: String) throws(RequestError) -> Int {
        guard let index = columns.firstIndex(where: { $0.name == name || $0.alias == name }) else {
            let known = columns.map(\.name).joined(separator: ", ")
            throw .illegalArgument("there is no column [\(name)]; known are \(known)")
        }
        return index
    }

    private func chosen(_ names: [String]?) throws(RequestError) -> [Int] {
        guard let names else { return columns.indices.filter { columns[$0].isDefault } }
        var chosen: [Int] = []
        for name in names {
            if name == "*" {
                chosen += columns.indices
            } else {
                chosen.append(try index(of: name))
            }
        }
        return chosen
    }

    private func sorted(_ keys: [String]) throws(RequestError) -> [[String]] {
        var result = rows
        for key in keys.reversed() {
            let parts = key.split(separator: ":", maxSplits: 1)
            let column = try index(of: String(parts.first ?? ""))
            guard parts.count < 2 || parts[1] == "asc" || parts[1] == "desc" else {
                throw .illegalArgument("the sort order [\(parts[1])] is neither asc nor desc")
            }
            let isDescending = parts.count == 2 && parts[1] == "desc"
            result = result.enumerated().sorted { left, right in
                let (a, b) = (left.element[column], right.element[column])
                if Self.precedes(a, b) { return !isDescending }
                if Self.precedes(b, a) { return isDescending }
                return left.offset < right.offset
            }.map(\.element)
        }
        return result
    }

    /// Numbers by value, before other texts.
    private static func precedes(_ a: String, _ b: String) -> Bool {
        switch (Double(a), Double(b)) {
        case (let x?, let y?): x < y
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): a < b
        }
    }

    private func text(_ chosen: [Int], _ rows: [[String]], hasHeader: Bool) -> String {
        var lines = rows.map { row in chosen.map { row[$0] } }
        if hasHeader { lines.insert(chosen.map { columns[$0].name }, at: 0) }
        let widths = chosen.indices.map { place in
            lines.reduce(0) { max($0, $1[place].count) }
        }
        var text = ""
        for line in lines {
            let cells = chosen.indices.map { place in
                let cell = line[place]
                let padding = String(repeating: " ", count: widths[place] - cell.count)
                let isRight = columns[chosen[place]].isRightAligned
                return isRight ? padding + cell : cell + padding
            }
            text += cells.joined(separator: " ")
            text += "\n"
        }
        return text
    }

    /// `1.2kb`, as people read it.
    static func size(_ byteCount: Int64) -> String {
        var value = Double(byteCount)
        for unit in ["b", "kb", "mb", "gb", "tb"] {
            if value < 1024 || unit == "tb" {
                let tenths = (value * 10).rounded(.down) / 10
                let isWhole = unit == "b" || tenths == tenths.rounded()
                return (isWhole ? String(Int64(tenths)) : "\(tenths)") + unit
            }
            value /= 1024
        }
        return String(byteCount)
    }
}
