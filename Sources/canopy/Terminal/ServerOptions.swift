// The options every tool shares that speaks to a running Canopy.

import ArgumentParser
import Foundation

struct ServerOptions: ParsableArguments {
    @Option(help: "Where Canopy answers.")
    var url = "http://127.0.0.1:9200"

    @Option(
        name: .customLong("header"),
        help: ArgumentHelp(
            "A header for every request, such as 'Authorization: ApiKey …'. May be repeated.",
            valueName: "name: value"))
    var headers: [String] = []

    func validate() throws {
        try Self.check(url: url, option: "--url")
        _ = try Self.pairs(headers)
    }

    /// Headers as name and value.
    static func pairs(_ headers: [String]) throws -> [(name: String, value: String)] {
        try headers.map { header in
            guard let pair = split(header) else {
                throw ValidationError("--header '\(header)' is not of the form 'name: value'")
            }
            return pair
        }
    }

    /// - Throws: `ValidationError` when an option's value is no address of a server.
    static func check(url: String, option: String) throws {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme,
            ["http", "https"].contains(scheme), parts.host?.isEmpty == false
        else {
            throw ValidationError(
                "\(option) '\(url)' is not an address such as http://127.0.0.1:9200")
        }
    }

    /// The headers as name and value.
    var headerPairs: [(name: String, value: String)] { headers.compactMap(Self.split) }

    private static func split(_ header: String) -> (name: String, value: String)? {
        guard let colon = header.firstIndex(of: ":") else { return nil }
        let name = header[..<colon].trimmingCharacters(in: .whitespaces)
        let value = header[header.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        let breaks = header.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        return name.isEmpty || breaks ? nil : (name, value)
    }
}
