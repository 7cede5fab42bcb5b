// New rules for synonyms while an index serves.

extension AnalyzerRegistry {
    /// The parameter that may change, of filters of type synonym and synonym_graph.
    private static let changeable = "synonyms"

    /// This registry with the rules that an `analysis` section gives to filters that are
    /// `updateable`; what it gives as it is already changes nothing.
    /// - Throws: naming the place of whatever else would change, or of what is wrong in the rules.
    func changing(_ section: JSONObject) throws(AnalysisSettingsError) -> AnalyzerRegistry {
        var changed = settings
        for (kind, definitions) in section where settings[kind] != definitions {
            guard let definitions = definitions.objectValue else { throw refusal("[\(kind)]") }
            for (name, definition) in definitions where settings[kind]?[name] != definition {
                try change(kind, name, definition, &changed)
            }
        }
        return changed == settings ? self : try AnalyzerRegistry(settings: changed)
    }

    private func change(
        _ kind: String, _ name: String, _ definition: JSONValue, _ changed: inout JSONObject
    ) throws(AnalysisSettingsError) {
        let place = "\(kind).\(name)"
        guard var known = settings[kind]?[name]?.objectValue,
            let definition = definition.objectValue
        else { throw refusal(place) }
        for (parameter, value) in definition where known[parameter] != value {
            guard kind == "filter", parameter == Self.changeable,
                own.filters[name]?.isUpdateable == true
            else { throw refusal("\(place).\(parameter)") }
            known[parameter] = value
        }
        var definitions = changed[kind]?.objectValue ?? JSONObject()
        definitions[name] = .object(known)
        changed[kind] = .object(definitions)
    }

    private func refusal(_ place: String) -> AnalysisSettingsError {
        AnalysisSettingsError(
            reason: "final setting [index.analysis.\(place)] cannot be changed: documents may have"
                + " been analysed with it; only [synonyms] can, of filters that say"
                + " [updateable : true]. Make a new index and copy the documents")
    }
}
