import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing
@testable import canopy

/// The driver against servers that close connections when they should not.
@Suite struct ResendTests {
    @Test func aRequestOnAConnectionGivenUpIsSentAgain() async throws {
        let step = try await run(.everySecondIsClosed)
        #expect(step.offered == 40)
        #expect(step.answered == 40)
        #expect(step.failed == 0)
        #expect(step.sentAgain > 0)
    }

    @Test func aRequestThatIsNeverAnsweredIsSentTwice() async throws {
        let server = ClosingServer(.everyOneIsClosed)
        let step = try await run(server)
        #expect(step.failures.map(\.kind) == ["the connection was closed"])
        #expect(step.failed == step.offered)
        #expect(server.requestCount.load(ordering: .relaxed) == Int(step.offered + step.sentAgain))
        #expect(step.sentAgain <= step.offered)
    }

    @Test func halfAnAnswerIsNotAskedForAgain() async throws {
        let step = try await run(.everyAnswerIsCut)
        #expect(step.failed == step.offered)
        #expect(step.sentAgain == 0)
    }

    @Test func halfAHeadIsNotAskedForAgain() async throws {
        let step = try await run(.everyHeadIsCut)
        #expect(step.failed == step.offered)
        #expect(step.sentAgain == 0)
    }

    private func run(_ behaviour: ClosingServer.Behaviour) async throws -> StepResult {
        try await run(ClosingServer(behaviour))
    }

    /// Forty requests in 0.4 seconds over two connections.
    private func run(_ server: ClosingServer) async throws -> StepResult {
        try await server.serve { port in
            let plan = LoadPlan(
                host: "127.0.0.1", port: port, usesTLS: false, target: "/_search",
                headers: ["host": "127.0.0.1"],
                template: try RequestTemplate(#"{"query":"{{query}}"}"#),
                queries: [LoadQuery(text: "a", tags: [])], zipfExponent: 0,
                steps: [.init(rate: 100, duration: .milliseconds(400), isWarmUp: false)],
                arrivals: .uniform, connections: 2, timeLimit: .seconds(30), seed: 1,
                comparesAnswers: false)
            let outcome = try await LoadDriver.run(plan, progress: LoadProgress()) { _ in }
            return try #require(outcome.steps.first)
        }
    }
}

/// A server of HTTP/1.1 that ends connections in a way of its choice.
private final class ClosingServer: Sendable {
    enum Behaviour {
        /// The first request of a connection is answered; at the second it is closed.
        case everySecondIsClosed
        case everyOneIsClosed
        /// The head and half the body come.
        case everyAnswerIsCut
        /// A few bytes come.
        case everyHeadIsCut
    }

    let requestCount = Atomic<Int>(0)
    private let behaviour: Behaviour

    init(_ behaviour: Behaviour) { self.behaviour = behaviour }

    func serve<Result>(_ body: (_ port: Int) async throws -> Result) async throws -> Result {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(HTTPRequestDecoder()), Handler(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(try #require(listener.localAddress?.port)))
        } catch {
            result = .failure(error)
        }
        try await listener.close()
        try await group.shutdownGracefully()
        return try result.get()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = ByteBuffer

        private static let answer = #"{"took":1,"_shards":{"failed":0},"hits":{"hits":[]}}"#
        private let server: ClosingServer
        private var count = 0

        init(_ server: ClosingServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            count += 1
            server.requestCount.add(1, ordering: .relaxed)
            let length = "content-length: \(Self.answer.utf8.count)"
            let whole = "HTTP/1.1 200 OK\r\n\(length)\r\n\r\n\(Self.answer)"
            switch server.behaviour {
            case .everySecondIsClosed where count == 1: write(whole, context)
            case .everyAnswerIsCut: end(String(whole.dropLast(9)), context)
            case .everyHeadIsCut: end("HTTP/1.1 20", context)
            case .everySecondIsClosed, .everyOneIsClosed: context.close(promise: nil)
            }
        }

        private func write(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }

        private func end(_ text: String, _ context: ChannelHandlerContext) {
            write(text, context)
            context.close(promise: nil)
        }
    }
}
