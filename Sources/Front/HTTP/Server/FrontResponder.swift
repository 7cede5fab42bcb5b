// From an HTTP request to an endpoint and back: routing, refusals, limits, errors, headers.

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Queries
import Storage

/// The channel a request came by.
struct FrontRequestContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}

struct FrontResponder: HTTPResponder {
    typealias Context = FrontRequestContext

    /// Bytes; smaller answers gain nothing.
    private static let smallestCompressed = 1_024

    static let opaqueID = HTTPField.Name("X-Opaque-Id") ?? .from
    static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .from

    let endpoints: Endpoints
    let connections: PublicConnections
    let bodies: BodyReader
    let gate: RequestGate
    let measures: RequestMeasures
    let clock: any NodeClock
    let logger: Logger

    func respond(to request: Request, context: FrontRequestContext) async throws -> Response {
        let start = clock.now
        let method = request.method.rawValue
        let target = request.head.path ?? "/"
        let path = target.prefix { $0 != "?" }
        var exchange = Exchange(client: gate.client(of: request, context.channel))
        var answer: HTTPAnswer
        do {
            let endpoint = try route(method, path)
            exchange.family = endpoint.family
            var parameters = try RequestParameters(target.dropFirst(path.count + 1))
            exchange.isPretty = try parameters.takeRendering()
            if !endpoint.isProbe {
                try gate.checkHost(request)
                exchange.limit = gate.take(client: exchange.client, at: start)
                if let limit = exchange.limit, !limit.decision.isAllowed {
                    throw FrontError.tooManyRequests(reason: RequestGate.reason(limit))
                }
            }
            answer = try await read(
                endpoint, request, String(path), parameters,
                connections.connection(of: context.channel))
        } catch {
            answer = failure(error, method, path)
        }
        if answer.extraCost > 0 {
            gate.charge(answer.extraCost, client: exchange.client, at: clock.now)
        }
        measures.record(exchange.family, status: answer.status, clock.now - start)
        return response(answer, request, exchange)
    }

    /// What the responder learns of a request on its way.
    private struct Exchange {
        let client: String
        var family = "unknown"
        var isPretty = false
        var limit: ClientLimits.Verdict?
    }

    private func route(_ method: String, _ path: Substring) throws -> Endpoint {
        guard let endpoint = Endpoint.route(try Endpoint.segments(of: path)) else {
            throw FrontError.noHandler(method: method, path: String(path))
        }
        guard endpoint.methods.contains(method) else {
            throw FrontError.wrongMethod(
                method: method, path: String(path), allowed: endpoint.methods)
        }
        return endpoint
    }

    /// Reads the body and asks the endpoint.
    private func read(
        _ endpoint: Endpoint, _ request: Request, _ path: String, _ parameters: RequestParameters,
        _ connection: PublicConnection?
    ) async throws -> HTTPAnswer {
        if BodyReader.hasBody(request.head) {
            let type = request.headers[.contentType] ?? ""
            guard RequestHeaders.isJSON(type) else { throw FrontError.wrongContentType(type) }
        }
        let accept = request.headers[.accept]
        let session = request.headers[FrontRequest.sessionHeader]
        let key = request.headers[Self.idempotencyKey]
        if let key, !RequestHeaders.isIdempotencyKey(key) {
            throw FrontError.badIdempotencyKey
        }
        return try await bodies.read(request) { body in
            let inner = FrontRequest(
                method: request.method.rawValue, path: path, parameters: parameters, body: body,
                prefersHTML: RequestHeaders.prefersHTML(accept), idempotencyKey: key,
                sessionText: session)
            return try await endpoints.answer(endpoint, inner, connection)
        }
    }

    private func failure(_ error: any Error, _ method: String, _ path: Substring) -> HTTPAnswer {
        let failure = ErrorAnswer(error)
        if failure.status >= 500, !(error is CancellationError) {
            logger.error(
                "request failed",
                metadata: [
                    "method": "\(method)", "path": "\(path)", "status": "\(failure.status)",
                    "reason": "\(failure.reason)",
                ])
        }
        return failure.answer
    }

    private func response(
        _ answer: HTTPAnswer, _ request: Request, _ exchange: Exchange
    ) -> Response {
        var body = answer.body
        if exchange.isPretty, answer.contentType == .json { body = PrettyJSON.indented(body) }
        var fields = HTTPFields()
        fields.reserveCapacity(6)
        fields[.contentType] = answer.contentType.rawValue
        if body.count >= Self.smallestCompressed {
            fields[.vary] = "Accept-Encoding"
            if RequestHeaders.acceptsGzip(request.headers[.acceptEncoding]),
                let compressed = Gzip.compress(body)
            {
                body = compressed
                fields[.contentEncoding] = "gzip"
            }
        }
        fields[.contentLength] = String(body.count)
        for header in answer.headers { fields[header.name] = header.value }
        if let limit = exchange.limit { gate.describe(limit, &fields) }
        if let id = request.headers[Self.opaqueID] { fields[Self.opaqueID] = id }
        let isHead = request.method == .head
        return Response(
            status: .init(code: answer.status), headers: fields,
            body: isHead || body.isEmpty ? .init() : .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
