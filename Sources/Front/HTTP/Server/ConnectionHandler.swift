// The part of a public connection's pipeline that is ours: 100-continue, a deadline for bodies,
// and the news that the client has gone.

import HTTPTypes
import NIOCore
import NIOHTTPTypes

final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: PublicConnections
    private let connection = PublicConnection()
    private let bodyTimeout: TimeAmount
    private let maximumBodyBytes: Int
    private var isReadingBody = false
    private var bodyDeadline: Scheduled<Void>?

    init(_ connections: PublicConnections, bodyTimeout: TimeAmount, maximumBodyBytes: Int) {
        self.connections = connections
        self.bodyTimeout = bodyTimeout
        self.maximumBodyBytes = maximumBodyBytes
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections.insert(connection, for: context.channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connections.remove(context.channel)
        endBody()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isReadingBody = true
            if asksToContinue(head) {
                let answer = HTTPResponse(status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(answer)), promise: nil)
            }
        case .body: break
        case .end: endBody()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isReadingBody, bodyDeadline == nil {
            bodyDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: bodyTimeout) {
                context.close(promise: nil)
            }
        }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { connection.clientWentAway() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.clientWentAway()
        context.fireChannelInactive()
    }

    private func endBody() {
        isReadingBody = false
        bodyDeadline?.cancel()
        bodyDeadline = nil
    }

    private func asksToContinue(_ head: HTTPRequest) -> Bool {
        guard let expect = head.headerFields[.expect], expect.lowercased() == "100-continue"
        else { return false }
        let length = head.headerFields[.contentLength].flatMap(Int.init)
        return length.map { $0 <= maximumBodyBytes } ?? true
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}
