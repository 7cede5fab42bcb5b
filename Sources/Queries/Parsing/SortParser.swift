// The `sort` of a search body or URI.

import Analysis

enum SortParser {
    static let maximumClauses = 16

    /// A field, an object, or an array of them.
    static func parse(_ json: JSONValue) throws(RequestError) -> [SortClause] {
        var clauses: [SortClause] = []
        for element in json.arrayValue ?? [json] {
            switch element {
            case .string(let name):
                clauses.append(clause(name))
            case .object(let object):
                for (name, body) in object { clauses.append(try clause(name, body)) }
            default:
                throw .parsing(
                    "[sort] takes field names and objects such as {\"year\":{\"order\":\"desc\"}}; "
                        + "got \(element.kindName)")
            }
        }
        return try limited(clauses)
    }

    /// `year:desc,_score`
    static func parse(uri text: String) throws(RequestError) -> [SortClause] {
        var clauses: [SortClause] = []
        for part in text.split(separator: ",") {
            guard let colon = part.lastIndex(of: ":") else {
                clauses.append(clause(String(part)))
                continue
            }
            var clause = clause(String(part[..<colon]))
            clause.descending = try isDescending(
                .string(String(part[part.index(after: colon)...])), String(part))
            clauses.append(clause)
        }
        return try limited(clauses)
    }

    private static func limited(_ clauses: [SortClause]) throws(RequestError) -> [SortClause] {
        guard clauses.count <= maximumClauses else {
            throw .illegalArgument(
                "[sort] has [\(clauses.count)] clauses; the most is [\(maximumClauses)]")
        }
        return clauses
    }

    /// Scores come best first, everything else ascending.
    private static func clause(_ name: String) -> SortClause {
        switch name {
        case "_score": SortClause(field: .score, descending: true)
        case "_doc": SortClause(field: .document)
        default: SortClause(field: .field(name))
        }
    }

    private static func clause(_ name: String, _ body: JSONValue) throws(RequestError) -> SortClause
    {
        var clause = clause(name)
        let place = "[sort] by [\(name)]"
        guard case .object = body else {
            clause.descending = try isDescending(body, place)
            return clause
        }
        var reader = try ObjectReader(body, place)
        if let order = reader.value("order") {
            clause.descending = try isDescending(order, place)
        }
        if case .field = clause.field {
            switch try reader.string("missing") {
            case nil, "_last": break
            case "_first": clause.missingFirst = true
            case let other?:
                throw .illegalArgument(
                    "[missing] of \(place) must be _first or _last; got [\(other)]")
            }
            if let type = try reader.string("unmapped_type") {
                guard let fieldType = FieldType(rawValue: type) else {
                    let names = FieldType.allCases.map(\.rawValue).joined(separator: ", ")
                    throw .illegalArgument(
                        "[unmapped_type] of \(place) must be one of [\(names)]; got [\(type)]")
                }
                clause.unmappedType = fieldType
            }
            let usual = clause.descending ? "max" : "min"
            if let mode = try reader.string("mode"), mode != usual {
                throw .illegalArgument(
                    "[mode] of \(place) can only be [\(usual)] in this direction; got [\(mode)]")
            }
        }
        try reader.finish()
        return clause
    }

    private static func isDescending(
        _ order: JSONValue, _ place: String
    ) throws(RequestError) -> Bool {
        switch order.stringValue?.lowercased() {
        case "asc": return false
        case "desc": return true
        default:
            throw .parsing(
                "the order of \(place) must be asc or desc; got \(order.shortDescription)")
        }
    }
}
