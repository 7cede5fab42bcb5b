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
    private static let connectLimit: TimeAmount = .seconds(3)
    /// How long a connection may stand still in the middle of an exchange.
    private static let silenceLimit: TimeAmount = .seconds(5)
    /// The same for answers that are followed; then they are asked for anew.
    private static let followedSilenceLimit: TimeAmount = .seconds(60)

    /// - Parameter isFollowing: For answers that do not end.
    init(isFollowing: Bool = false) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: Self.connectLimit,
                read: isFollowing ? Self.followedSilenceLimit : Self.silenceLimit,
                write: Self.silenceLimit),
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

    func follow(_ call: HTTPCall, _ take: @Sendable ([UInt8]) -> Bool) async throws {
        do {
            // The client's deadline is for the answer's beginning alone.
            let limit = TimeAmount.nanoseconds(call.timeLimit.wholeNanoseconds)
            let response = try await client.execute(Self.request(call), timeout: limit)
            guard response.status.code == 200 else {
                throw HTTPFailure(
                    reason: "status \(response.status.code)", mayHaveArrived: true)
            }
            var line: [UInt8] = []
            for try await part in response.body {
                for byte in part.readableBytesView {
                    if byte != UInt8(ascii: "\n") {
                        line.append(byte)
                        continue
                    }
                    guard take(line) else { return }
                    line.removeAll(keepingCapacity: true)
                }
                guard line.count <= call.answerLimit else {
                    throw HTTPFailure(reason: "a line is too long", mayHaveArrived: true)
                }
            }
        } catch let error as CancellationError {
            throw error
        } catch let error as HTTPFailure {
            throw error
        } catch {
            throw Self.failure(error)
        }
    }

    /// The client's own deadline ends with the answer's head.
    private static func collect(
        _ response: HTTPClientResponse, upTo limit: Int, until end: NIODeadline
    ) async throws -> [UInt8] {
        var body: [UInt8] = []
        for try await part in response.body {
            guard NIODeadline.now() < end else { throw HTTPClientError.deadlineExceeded }
            guard body.count + part.readableBytes <= limit else {
                throw HTTPFailure(reason: "the answer is too long", mayHaveArrived: true)
            }
            body.append(contentsOf: part.readableBytesView)
        }
        return body
    }

    private static func request(_ call: HTTPCall) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        request.headers = HTTPHeaders(call.headers)
        if !call.body.isEmpty || call.method == "PUT" || call.method == "POST" {
            request.body = .bytes(call.body, length: .known(Int64(call.body.count)))
        }
        return request
    }

    func send(_ call: HTTPCall) async throws -> HTTPReply {
        do {
            let end = NIODeadline.now() + .nanoseconds(call.timeLimit.wholeNanoseconds)
            let response = try await client.execute(Self.request(call), deadline: end)
            let body = try await Self.collect(response, upTo: call.answerLimit, until: end)
            var headers: [String: String] = [:]
            for (name, value) in response.headers where headers[name.lowercased()] == nil {
                headers[name.lowercased()] = value
            }
            return HTTPReply(
                status: Int(response.status.code), headers: headers, body: body)
        } catch let error as CancellationError {
            throw error
        } catch let error as HTTPFailure {
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
