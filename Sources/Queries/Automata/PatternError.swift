// What is wrong with a pattern.

/// Why a pattern cannot be used.
public struct PatternError: Error, Sendable, Hashable {
    public let reason: String
    /// The character at which it went wrong, counted from 1; nil: the pattern as a whole.
    public let character: Int?

    init(_ reason: String, character: Int? = nil) {
        self.reason = reason
        self.character = character
    }

    /// The reason and the place.
    public var text: String { reason + (character.map { ", at character \($0)" } ?? "") }

    static func tooLarge(_ limit: Int) -> PatternError {
        PatternError(
            "the pattern unfolds to more than [\(limit)] states; repeat less, or ask for shorter "
                + "parts")
    }
}
