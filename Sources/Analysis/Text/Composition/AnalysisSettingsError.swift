// Why an index's analysis settings are refused.

/// Names the place in the settings, what is wrong there and what is known.
public struct AnalysisSettingsError: Error {
    public let reason: String
}
