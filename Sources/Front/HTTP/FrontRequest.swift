// A public request as endpoints see it: body read, path and parameters decoded.

struct FrontRequest: Sendable {
    let method: String
    /// As sent, without the query.
    let path: String
    var parameters: RequestParameters
    /// Empty when there was none.
    let body: [UInt8]
    /// Whether a person with a browser asks.
    var prefersHTML = false
    /// Of a write: the same key again gets the same answer and changes nothing.
    var idempotencyKey: String?

    func refuseUnknownParameters() throws {
        try parameters.finish(path)
    }

    func refuseBody() throws {
        guard body.isEmpty else {
            throw FrontError.unexpectedBody(method: method, path: path)
        }
    }
}
