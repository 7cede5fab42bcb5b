// A public request as endpoints see it: body read, path and parameters decoded.

import HTTPTypes
import Queries

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
    /// The token of a write's answer, as sent.
    var sessionText: String?

    /// Brought by answers to writes; with searches and gets it makes them see these writes.
    static let sessionHeader = HTTPField.Name("X-Canopy-Token") ?? .cookie

    /// - Throws: when the token is damaged.
    func session() throws(RequestError) -> SessionToken? {
        guard let sessionText else { return nil }
        return try SessionToken(text: sessionText)
    }

    func refuseUnknownParameters() throws {
        try parameters.finish(path)
    }

    func refuseBody() throws {
        guard body.isEmpty else {
            throw FrontError.unexpectedBody(method: method, path: path)
        }
    }
}
