// What goes on beside a history's steps, by name, to say what never ended.

/// Touched by one thread only.
final class PendingWork: @unchecked Sendable {
    private var pending: [Int: String] = [:]
    private var next = 0

    var isEmpty: Bool { pending.isEmpty }

    /// In the order in which it began.
    var description: String {
        pending.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
    }

    /// Does it beside everything else.
    func begin(_ what: String, _ body: @Sendable @escaping () async -> Void) {
        next += 1
        let number = next
        pending[number] = what
        Task {
            await body()
            pending[number] = nil
        }
    }
}
