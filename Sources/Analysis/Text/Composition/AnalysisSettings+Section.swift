// The analysis section of an index's settings.

extension AnalyzerRegistry {
    /// `analysis.KIND.NAME.PARAMETER`, with nested keys; empty when there is none.
    public static func section(of settings: JSONValue?) -> JSONObject {
        SettingsSection.named("analysis", depth: 4, in: settings)
    }
}
