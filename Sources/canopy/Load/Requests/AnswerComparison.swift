// Watches that the same query gives the same answer for as long as a load test runs.

/// Digests by query; the first answer to a query is the one all others must equal.
struct AnswerComparison: Sendable {
    /// Differing queries kept by name.
    static let exampleLimit = 20

    private var first: [UInt64?]
    private(set) var compared: Int64 = 0
    private(set) var differing: Int64 = 0
    /// Numbers of queries whose answers differed.
    private(set) var examples: [Int] = []

    init(queryCount: Int) { first = Array(repeating: nil, count: queryCount) }

    /// Takes the answer to a query.
    mutating func take(query: Int, digest: UInt64) {
        guard let known = first[query] else {
            first[query] = digest
            return
        }
        compared += 1
        guard known != digest else { return }
        differing += 1
        if examples.count < Self.exampleLimit && !examples.contains(query) {
            examples.append(query)
        }
    }
}
