// How a score came about, for people.

/// A number, what it is, and the numbers it was made from.
public struct Explanation: Sendable, Hashable {
    public var value: Float
    public var description: String
    public var details: [Explanation]

    public init(_ value: Float, _ description: String, _ details: [Explanation] = []) {
        self.value = value
        self.description = description
        self.details = details
    }

    public init(_ value: Double, _ description: String, _ details: [Explanation] = []) {
        self.init(Float(value), description, details)
    }
}
