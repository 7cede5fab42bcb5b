// `minimum_should_match`: counts, percentages and conditions, resolved against a number of clauses.

/// How many optional clauses must match: `2`, `-1`, `75%`, `-25%`, or conditions such as
/// `2<75% 9<-3` (with more than 2 clauses 75 %, with more than 9 all but 3).
public struct MinimumShouldMatch: Sendable, Hashable {
    /// One amount; applies when there are more than `above` clauses.
    struct Rule: Sendable, Hashable {
        var above: Int?
        var amount: Int
        var isPercentage: Bool
    }

    /// As written, without redundant spaces.
    public let text: String
    let rules: [Rule]

    /// Magnitude limit of every number in the text.
    static let maximumNumber = 1_000_000

    public init(count: Int) {
        text = String(count)
        rules = [Rule(above: nil, amount: count, isPercentage: false)]
    }

    public init(_ text: String) throws(RequestError) {
        let refusal = RequestError.illegalArgument(
            "[minimum_should_match] must be a count (2, -1), a percentage (75%, -25%) or "
                + "conditions (2<75% 9<-3); got [\(text)]")
        var rules: [Rule] = []
        var parts: [String] = []
        // Spaces around "<" are allowed: "2 < 75%".
        let joined = text.split(separator: "<", omittingEmptySubsequences: false)
            .map { $0.split(separator: " ").joined(separator: " ") }.joined(separator: "<")
        for part in joined.split(separator: " ") {
            let sides = part.split(separator: "<", omittingEmptySubsequences: false)
            guard sides.count <= 2, var amountText = sides.last else { throw refusal }
            let isPercentage = amountText.hasSuffix("%")
            if isPercentage { amountText = amountText.dropLast() }
            guard let amount = Self.number(amountText) else { throw refusal }
            var above: Int?
            if sides.count == 2 {
                guard let bound = Self.number(sides[0]) else { throw refusal }
                above = bound
            }
            rules.append(Rule(above: above, amount: amount, isPercentage: isPercentage))
            parts.append(String(part))
        }
        let conditional = rules.filter { $0.above != nil }.count
        guard !rules.isEmpty, conditional == rules.count || rules.count == 1 else { throw refusal }
        self.text = parts.joined(separator: " ")
        self.rules = rules
    }

    private static func number(_ text: Substring) -> Int? {
        guard let value = Int(text), value.magnitude <= UInt(maximumNumber) else { return nil }
        return value
    }

    /// The number of `optionalClauses` clauses that must match; never negative, but possibly more
    /// than there are, and then nothing matches (as in OpenSearch).
    public func resolve(optionalClauses: Int) -> Int {
        var result = optionalClauses
        for rule in rules {
            if let above = rule.above, optionalClauses <= above { break }
            if rule.isPercentage {
                let share = optionalClauses * abs(rule.amount) / 100
                result = rule.amount < 0 ? optionalClauses - share : share
            } else {
                result = rule.amount < 0 ? optionalClauses + rule.amount : rule.amount
            }
        }
        return max(0, result)
    }
}
