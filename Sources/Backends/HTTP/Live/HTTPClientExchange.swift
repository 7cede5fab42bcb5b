// Exchanges over AsyncHTTPClient, with its own retries and redirects off: trying again is decided
// by whoever knows what a request does.

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Storage

final class HTTPClientExchange: HTTPExchange {
    private let client: HTTPClient

    /// Connections to one host; more requests than these wait.
    private static let connectionLimit = 64
    private static let connectLimit: TimeAmount = .seconds(5)
    /// How long a connection may stand still in the middle of an exchange.
    private static let silenceLimit: TimeAmount = .seconds(20)

    init() {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: Self.connectLimit, read: Self.silenceLimit, write: Self.silenceLimit),
            decompression: .disabled)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            Self.connectionLimit
        configuration.httpVersion = .http1Only
        client = HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    deinit {
        // A client wants to be told, and telling takes a moment.
        Task { [client] in try? await client.shutdown() }
    }

    func send(_ call: HTTPCall) async throws -> HTTPReply {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        request.headers = HTTPHeaders(call.headers)
        if !call.body.isEmpty || call.method == "PUT" || call.method == "POST" {
            request.body = .bytes(call.body, length: .known(Int64(call.body.count)))
        }
        do {
            let limit = TimeAmount.nanoseconds(call.timeLimit.wholeNanoseconds)
            let response = try await client.execute(request, timeout: limit)
            let body = try await response.body.collect(upTo: call.answerLimit)
            var headers: [String: String] = [:]
            for (name, value) in response.headers where headers[name.lowercased()] == nil {
                headers[name.lowercased()] = value
            }
            return HTTPReply(
                status: Int(response.status.code), headers: headers,
                body: Array(body.readableBytesView))
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: any Error) -> HTTPFailure {
        if let error = error as? NIOConnectionError {
            let cause = error.connectionErrors.first.map { "\($0.error)" } ?? "\(error)"
            return HTTPFailure(reason: "cannot connect: \(cause)", mayHaveArrived: false)
        }
        if let error = error as? HTTPClientError {
            if error == .connectTimeout {
                return HTTPFailure(reason: "connecting took too long", mayHaveArrived: false)
            }
            if error == .deadlineExceeded || error == .readTimeout || error == .writeTimeout {
                return HTTPFailure(reason: "it took too long", mayHaveArrived: true)
            }
            if error == .remoteConnectionClosed {
                return HTTPFailure(reason: "the connection was closed", mayHaveArrived: true)
            }
        }
        return HTTPFailure(reason: "\(error)", mayHaveArrived: true)
    }
}
