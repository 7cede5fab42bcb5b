// What a conditional create does next. A create whose outcome is in doubt is repeated with the same
// bytes; when the object then exists, reading it back tells whether it is this call's own.

import Storage

struct CreateStateMachine: Sendable {
    enum Action: Sendable, Equatable {
        case put
        case readBack
        /// What `resume` says, after a pause.
        case pause(reason: String)
        case finished(CreateOutcome)
    }

    /// What reading the object back showed.
    enum ReadBack: Sendable, Hashable {
        case same, other, absent
        case failed(String)
    }

    private var isInDoubt = false
    private var isReadingBack = false

    func start() -> Action { .put }

    func resume() -> Action { isReadingBack ? .readBack : .put }

    mutating func handle(put verdict: S3Verdict) -> Action {
        switch verdict {
        case .done: return .finished(.created)
        case .conditionFailed:
            guard isInDoubt else { return .finished(.exists) }
            isReadingBack = true
            return .readBack
        case .postponed(let reason): return .pause(reason: reason)
        case .inDoubt(let reason):
            isInDoubt = true
            return .pause(reason: reason)
        case .absent: return .finished(.unknown("the store has no place for new objects"))
        case .refused(let reason, let remedy):
            return .finished(.unknown("\(reason); \(remedy)"))
        }
    }

    /// Something existed a moment ago: what is other or gone was not made by this call, or has
    /// served its time, and that is for the caller to find out.
    mutating func handle(readBack found: ReadBack) -> Action {
        switch found {
        case .same: .finished(.created)
        case .other, .absent: .finished(.exists)
        case .failed(let reason): .pause(reason: reason)
        }
    }
}
