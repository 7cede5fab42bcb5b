// The parameters after the "?". Endpoints take those they know; whatever is left is refused by
// name.

import Queries

struct RequestParameters: Sendable {
    /// Not taken yet, in the order of the request.
    private(set) var rest: [(String, String)] = []

    init() {}

    /// - Throws: when an escape is broken or a parameter is given twice.
    init(_ query: Substring) throws(RequestError) {
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentDecoding.decode(pair[0], plusIsSpace: true),
                let value = PercentDecoding.decode(
                    pair.count > 1 ? pair[1] : "", plusIsSpace: true)
            else {
                throw .illegalArgument(
                    "the parameter [\(part)] has an escape that does not spell UTF-8")
            }
            guard !rest.contains(where: { $0.0 == name }) else {
                throw .illegalArgument("the parameter [\(name)] is given twice")
            }
            rest.append((name, value))
        }
    }

    mutating func take(_ name: String) -> String? {
        guard let index = rest.firstIndex(where: { $0.0 == name }) else { return nil }
        return rest.remove(at: index).1
    }

    /// A bare name means true.
    mutating func flag(_ name: String) throws(RequestError) -> Bool? {
        switch take(name) {
        case nil: return nil
        case "", "true": return true
        case "false": return false
        case let other?:
            throw .illegalArgument("[\(name)] must be true or false, got [\(other)]")
        }
    }

    mutating func integer(_ name: String) throws(RequestError) -> Int64? {
        guard let text = take(name) else { return nil }
        guard let value = Int64(text) else {
            throw .illegalArgument("[\(name)] must be a whole number, got [\(text)]")
        }
        return value
    }

    /// A number with a unit: `500ms`, `5s`, `1m`, `1h`, `1d`, `100micros`, `100nanos`.
    mutating func duration(_ name: String) throws(RequestError) -> Duration? {
        guard let text = take(name) else { return nil }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [Substring: Double] = [
            "nanos": 1e-9, "micros": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3_600, "d": 86_400,
        ]
        guard let count = Int64(digits), count < 1_000_000_000,
            let unit = units[text.dropFirst(digits.count)]
        else {
            throw .illegalArgument(
                "[\(name)] must be a number with a unit (ms, s, m, h, d), got [\(text)]")
        }
        return .seconds(Double(count) * unit)
    }

    /// A parameter with one of a few values.
    mutating func choice(
        _ name: String, of known: [String]
    ) throws(RequestError) -> String? {
        guard let value = take(name) else { return nil }
        guard known.contains(value) else {
            throw .illegalArgument(
                "[\(name)] must be one of [\(known.joined(separator: ", "))], got [\(value)]")
        }
        return value
    }

    /// Time-outs of calls that never wait here.
    mutating func takeTimeouts() throws(RequestError) {
        for name in ["timeout", "cluster_manager_timeout", "master_timeout"] {
            _ = try duration(name)
        }
    }

    /// Takes what says how any answer is shown; refuses what this server cannot do.
    ///
    /// - Returns: whether JSON is to be indented.
    mutating func takeRendering() throws(RequestError) -> Bool {
        for name in ["human", "error_trace"] where try flag(name) == true {
            throw .illegalArgument("[\(name)] is not supported")
        }
        if let paths = take("filter_path") {
            throw .illegalArgument(
                "[filter_path=\(paths)] is not supported: leave it out, or ask for less with "
                    + "_source and size")
        }
        return try flag("pretty") ?? false
    }

    /// Refuses what nobody took.
    func finish(_ path: String) throws(RequestError) {
        guard !rest.isEmpty else { return }
        let names = rest.map { "[\($0.0)]" }.joined(separator: ", ")
        let word = rest.count == 1 ? "parameter" : "parameters"
        throw .illegalArgument("request [\(path)] contains unrecognized \(word): \(names)")
    }
}
