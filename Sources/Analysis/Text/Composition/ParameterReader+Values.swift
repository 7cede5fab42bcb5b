// Parameters that are more than numbers and strings: rules, expressions, normal forms, parts.

extension ParameterReader {
    /// "from => to" lines.
    /// - Parameter severalSources: Whether commas put several words before one arrow.
    mutating func rules(
        _ name: String, severalSources: Bool = true
    ) throws(AnalysisSettingsError) -> [(from: String, to: String)]? {
        guard let lines = try lines(name) else { return nil }
        var rules: [(from: String, to: String)] = []
        for line in lines {
            guard let arrow = line.firstRange(of: "=>"),
                !line[..<arrow.lowerBound].allSatisfy(\.isWhitespace)
            else { throw refusal("parameter [\(name)]: [\(line)] is not of the form a => b") }
            let to = line[arrow.upperBound...].trimmed
            guard severalSources else {
                rules.append((line[..<arrow.lowerBound].trimmed, to))
                continue
            }
            for from in line[..<arrow.lowerBound].split(separator: ",") {
                rules.append((from.trimmed, to))
            }
        }
        return rules
    }

    /// An expression and what its flags say.
    mutating func pattern(
        _ name: String, default standard: String? = nil
    ) throws(AnalysisSettingsError) -> PatternSource {
        let text = try string(name) ?? standard
        guard let text else { throw refusal("needs the parameter [\(name)]") }
        var flags: Int32 = 0
        for flag in (try string("flags") ?? "").split(separator: "|") {
            guard let bits = Pattern.flagNames[String(flag)] else {
                throw refusal(
                    "parameter [flags] cannot hold [\(flag)]; known: "
                        + Pattern.flagNames.keys.sorted().joined(separator: ", "))
            }
            flags |= bits
        }
        do {
            return PatternSource(
                text: text, flags: flags, groupCount: try Pattern(text, flags: flags).groupCount)
        } catch {
            throw refusal("parameter [\(name)]: \(error.reason)")
        }
    }

    /// One of Unicode's normal forms: `name` (nfkc_cf when not given) and `mode`.
    mutating func normalForm() throws(AnalysisSettingsError) -> String {
        let name =
            try choice("name", ["nfc": "nfc", "nfkc": "nfkc", "nfkc_cf": "nfkc_cf"]) ?? "nfkc_cf"
        let decomposes = try choice("mode", ["compose": false, "decompose": true]) ?? false
        if decomposes, name == "nfkc_cf" {
            throw refusal("parameter [mode] can only be [compose] when [name] is [nfkc_cf]")
        }
        return decomposes ? String(name.dropLast()) + "d" : name
    }

    /// Classes of characters by OpenSearch's names.
    mutating func characterClasses(
        _ name: String
    ) throws(AnalysisSettingsError) -> CharacterClasses {
        var classes: CharacterClasses = []
        for name in try list(name) ?? [] {
            guard let known = CharacterClasses.byName[name] else {
                throw refusal(
                    "parameter [token_chars] cannot hold [\(name)]; known: "
                        + CharacterClasses.byName.keys.sorted().joined(separator: ", "))
            }
            classes.insert(known)
        }
        return classes
    }
}

/// An expression that was compiled once to see that it can be.
struct PatternSource: Sendable {
    let text: String
    let flags: Int32
    let groupCount: Int

    /// A new one for the calling worker.
    func make() -> Pattern? { try? Pattern(text, flags: flags) }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        // By scalars: a space and a mark behind it are one character.
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(String.UnicodeScalarView(scalars[first...last]))
    }
}
