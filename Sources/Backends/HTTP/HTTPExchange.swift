// One request and its whole answer: what the stores of this module stand on, and what tests play.

import Storage

struct HTTPCall: Sendable {
    var method: String
    var url: String
    var headers: [(name: String, value: String)]
    var body: [UInt8] = []
    /// For all of it, connecting included.
    var timeLimit: Duration
    /// A longer answer is a failure.
    var answerLimit: Int
}

struct HTTPReply: Sendable {
    var status: Int
    /// By lowercase names; the first of several.
    var headers: [String: String] = [:]
    var body: [UInt8] = []
}

/// No whole answer came.
struct HTTPFailure: Error, Sendable, Hashable {
    let reason: String
    /// False: the server cannot have seen the request.
    let mayHaveArrived: Bool
}

protocol HTTPExchange: Sendable {
    /// - Throws: `HTTPFailure` or `CancellationError`; never for a status. Never tries again.
    func send(_ call: HTTPCall) async throws -> HTTPReply

    /// Gives every line of a successful answer to `take` as it arrives, until the answer ends or
    /// `take` says false. The time limit is for the answer's beginning.
    /// - Throws: As `send`, and `HTTPFailure` for other statuses than 200.
    func follow(_ call: HTTPCall, _ take: @Sendable ([UInt8]) -> Bool) async throws
}
