// Gathers settings from flags, environment and file, in that order of precedence, and refuses
// names that no part of the node knows.
import Configuration
import Foundation
import Yams

/// The settings in force, each read by its dotted name.
struct ConfigurationSource {
    private let reader: ConfigReader
    private let file: String?
    private let environment: [String: String]

    /// - Parameters:
    ///   - flags: settings given on the command line, already named by their dotted keys.
    ///   - environment: the process's environment; only names starting with `CANOPY_` count.
    ///   - file: a YAML file, or nil for none.
    init(flags: [String: String], environment: [String: String], file: String?) async throws {
        let known = Set(ConfigurationKey.all.map(\.name))
        for name in flags.keys.sorted() where !known.contains(name) {
            throw Self.unknown(name, place: "--set \(name)")
        }
        let variables = Set(ConfigurationKey.all.map(\.environmentName))
        var relevant: [String: String] = [:]
        for (name, value) in environment where name.hasPrefix("CANOPY_") {
            guard variables.contains(name) || Self.foreign.contains(name) else {
                throw Self.unknown(name, place: "environment variable \(name)")
            }
            relevant[String(name.dropFirst("CANOPY_".count))] = value
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(
                values: Dictionary(
                    uniqueKeysWithValues: flags.map {
                        (
                            AbsoluteConfigKey($0.key.split(separator: ".").map(String.init)),
                            ConfigValue(.string($0.value), isSecret: false)
                        )
                    })),
            EnvironmentVariablesProvider(environmentVariables: relevant),
        ]
        if let file {
            try Self.checkFile(file, known: known)
            do {
                let path = InMemoryProvider(values: [
                    "filePath": .init(.string(file), isSecret: false)
                ])
                providers.append(
                    try await FileProvider<YAMLSnapshot>(config: ConfigReader(provider: path)))
            } catch {
                throw ConfigurationError(
                    place: file, reason: "\(error)", remedy: "See deploy/canopy.yaml for a sample")
            }
        }
        reader = ConfigReader(providers: providers)
        self.file = file
        self.environment = environment
    }

    /// Names starting with `CANOPY_` that belong to the build and test scripts.
    private static let foreign: Set<String> = [
        "CANOPY_ONLY", "CANOPY_BINARY", "CANOPY_SEED", "CANOPY_SERVERS",
    ]

    /// A variable that other programs share, such as credentials.
    func variable(_ name: String) -> String? { environment[name] }

    func string(_ name: String) throws -> String {
        let key = ConfigKey(name)
        if let text = reader.string(forKey: key) { return text }
        if let list = reader.stringArray(forKey: key) { return list.joined(separator: ",") }
        if let number = reader.int(forKey: key) { return String(number) }
        if let flag = reader.bool(forKey: key) { return String(flag) }
        guard let known = ConfigurationKey.all.first(where: { $0.name == name }) else {
            throw Self.unknown(name, place: "setting \(name)")
        }
        return known.standard
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int {
        let text = try string(name)
        guard let value = Int(text), range.contains(value) else {
            throw bad(
                name, text,
                "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func flag(_ name: String) throws -> Bool {
        let text = try string(name)
        guard let value = Bool(text.lowercased()) else { throw bad(name, text, "true or false") }
        return value
    }

    func bad(_ name: String, _ value: String, _ wanted: String) -> ConfigurationError {
        ConfigurationError(
            place: "setting \(name)" + (file.map { " (flags, environment or \($0))" } ?? ""),
            reason: "\"\(value)\" is not \(wanted)", remedy: "Give \(wanted)")
    }

    private static func unknown(_ name: String, place: String) -> ConfigurationError {
        ConfigurationError(
            place: place, reason: "no such setting",
            remedy: "`canopy serve --help` lists the settings")
    }

    private static func checkFile(_ path: String, known: Set<String>) throws {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationError(
                place: path, reason: "the file cannot be read as text",
                remedy: "Check that it exists and that this user may read it")
        }
        let tree: Any?
        do {
            tree = try Yams.load(yaml: text)
        } catch {
            throw ConfigurationError(
                place: path, reason: "not valid YAML: \(error)", remedy: "Correct the file")
        }
        guard let tree else { return }
        guard let top = tree as? [String: Any] else {
            throw ConfigurationError(
                place: path, reason: "the top level is not a mapping",
                remedy: "Write lines like `leaves: 4`")
        }
        for name in names(of: top, below: "").sorted() where !known.contains(name) {
            throw unknown(name, place: "\(path): \(name)")
        }
    }

    private static func names(of tree: [String: Any], below prefix: String) -> [String] {
        tree.flatMap { key, value -> [String] in
            if let inner = value as? [String: Any] {
                return names(of: inner, below: prefix + key + ".")
            }
            return [prefix + key]
        }
    }
}
