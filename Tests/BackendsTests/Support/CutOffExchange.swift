// Exchanges whose every object is sent twice: once without its body, as by a node that is killed
// in between, and then whole.

import NIOCore
import NIOPosix
import Storage
import Synchronization

@testable import Backends

final class CutOffExchange: HTTPExchange {
    private let whole = HTTPClientExchange()
    private let cut = Mutex<Set<String>>([])

    func send(_ call: HTTPCall) async throws -> HTTPReply {
        guard !call.body.isEmpty, cut.withLock({ $0.insert(call.url).inserted }) else {
            return try await whole.send(call)
        }
        try await sendHead(of: call)
        throw HTTPFailure(reason: "the connection was closed", mayHaveArrived: true)
    }

    func follow(_ call: HTTPCall, _ take: @Sendable ([UInt8]) -> Bool) async throws {
        try await whole.follow(call, take)
    }

    /// Returns when the server has closed its side, too.
    private func sendHead(of call: HTTPCall) async throws {
        let parts = call.url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        let address = parts[1].split(separator: ":")
        let headers = (call.headers + [("content-length", String(call.body.count))])
            .map { "\($0.name): \($0.value)\r\n" }.joined()
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: String(address[0]), port: Int(address[1]) ?? 0).get()
        let head = "\(call.method) /\(parts[2]) HTTP/1.1\r\n\(headers)\r\n"
        try await channel.writeAndFlush(ByteBuffer(string: head))
        try await channel.close(mode: .output)
        try await channel.closeFuture.get()
    }
}
