// Requests from the tools to a Canopy front, over AsyncHTTPClient, with errors people can act on.

import Analysis
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// A server could not be reached or did not answer in time; worth another try later.
struct ServerUnreachable: Error, CustomStringConvertible {
    let url: String
    let reason: String

    var description: String {
        "no answer from \(url): \(reason). Is the server running there? `canopy serve` starts one; "
            + "--url names another."
    }
}

/// The server answered with something this tool cannot use.
struct ServerRefusal: Error, CustomStringConvertible {
    let description: String
}

/// What came back: any status, with the body whole.
struct ServerAnswer: Sendable {
    let status: Int
    let retryAfterSeconds: Double?
    let cacheVerdict: String?
    let body: [UInt8]

    /// The reason in an OpenSearch error body, or the beginning of the body as it is.
    var problem: String {
        if let json = try? JSONParser.parse(body) {
            if let reason = json["error"]?["reason"]?.stringValue {
                let type = json["error"]?["type"]?.stringValue.map { "\($0): " } ?? ""
                return "\(status) \(type)\(reason)".printable
            }
            if let reason = json["error"]?.stringValue { return "\(status) \(reason)".printable }
        }
        let start = String(decoding: body.prefix(300), as: UTF8.self).printable
        return start.isEmpty ? "status \(status)" : "\(status) \(start)"
    }
}

/// One server, as a tool sees it. Connections are pooled and kept alive.
struct ServerConnection: Sendable {
    let url: String
    private let headers: HTTPHeaders

    /// The one client of the process. Answers come as they are: squeezing them costs both sides
    /// more than the loopback or a data centre's network does, and an answer to a large bulk
    /// shrinks beyond every ratio a client guards against bombs with.
    /// A refused connection is told at once; trying again is for the caller, who can say so.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .follow(max: 5, allowCycles: false),
            timeout: .init(connect: .seconds(10)), decompression: .disabled)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    /// The largest answer a tool takes into memory, in bytes.
    private static let maximumAnswerBytes = 256 << 20

    /// - Parameter url: another server than the options name.
    init(_ options: ServerOptions, url other: String? = nil) {
        self.init(url: other ?? options.url, headers: options.headerPairs)
    }

    init(url: String, headers: [(name: String, value: String)]) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
    }

    /// Sends one request and collects its answer.
    /// - Parameter headers: Beside those of every request.
    /// - Throws: `ServerUnreachable` when no whole answer arrives; never for a status.
    func send(
        _ method: HTTPMethod, _ path: String, body: [UInt8]? = nil,
        contentType: String = "application/json", headers more: [(String, String)] = [],
        timeout: Duration = .seconds(60)
    ) async throws -> ServerAnswer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers = headers
        request.headers.add(contentsOf: more)
        if let body {
            request.headers.replaceOrAdd(name: "content-type", value: contentType)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        do {
            let limit = TimeAmount.nanoseconds(Int64(timeout.seconds * 1e9))
            let response = try await Self.client.execute(request, timeout: limit)
            let bytes = try await response.body.collect(upTo: Self.maximumAnswerBytes)
            return ServerAnswer(
                status: Int(response.status.code),
                retryAfterSeconds: response.headers.first(name: "retry-after").flatMap(Double.init),
                cacheVerdict: response.headers.first(name: "x-cache"),
                body: Array(bytes.readableBytesView))
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ServerUnreachable(url: url, reason: Self.words(for: error))
        }
    }

    /// Sends a request whose answer must be a success, and parses it.
    func json(
        _ method: HTTPMethod, _ path: String, body: JSONValue? = nil
    ) async throws -> JSONValue {
        let answer = try await send(method, path, body: body?.encoded())
        guard (200..<300).contains(answer.status) else {
            throw ServerRefusal(description: "\(method.rawValue) \(url)\(path): \(answer.problem)")
        }
        do {
            return try JSONParser.parse(answer.body)
        } catch {
            throw ServerRefusal(
                description: "\(method.rawValue) \(url)\(path) answered bytes that are no JSON: "
                    + "\(error)")
        }
    }

    /// Bytes outside the unreserved set as %XX, for one segment of a path or a parameter's value.
    static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ","), UInt8(ascii: "*"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return encoded
    }

    /// What went wrong, for people.
    static func words(for error: any Error) -> String {
        if let error = error as? HTTPClientError {
            if error == .deadlineExceeded || error == .readTimeout { return "it took too long" }
            if error == .connectTimeout { return "connecting took too long" }
            if error == .remoteConnectionClosed { return "the connection was closed" }
        }
        if let error = error as? NIOConnectionError {
            let causes = error.connectionErrors.map { "\($0.error)".printable }
            return causes.first ?? "the connection was refused"
        }
        return "\(error)".printable
    }
}
