// One kept-alive HTTP/1.1 connection of the load tester: one request at a time, answers gathered
// whole.

import NIOCore
import NIOHTTP1

/// One answer, as it came.
struct LoadAnswer {
    let status: Int
    let cacheVerdict: String?
    let body: ByteBuffer
    let keepsAlive: Bool
}

/// Sends requests and gathers answers for one slot of the driver. Lives on the driver's event loop.
final class SearchConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// The largest answer taken, in bytes.
    private static let maximumAnswerBytes = 64 << 20

    private let slot: Int
    private let driver: LoadDriver
    private var context: ChannelHandlerContext?
    private var status = 0
    private var cacheVerdict: String?
    private var keepsAlive = true
    private var body = ByteBuffer()
    /// Whether the request was sent when the connection had just opened.
    private var isFresh = false
    private var isOpening = false
    private var answerHasBegun = false

    init(slot: Int, driver: LoadDriver) {
        self.slot = slot
        self.driver = driver
    }

    func send(_ head: HTTPRequestHead, _ body: [UInt8]) {
        guard let context else { return }
        isFresh = isOpening
        answerHasBegun = false
        var buffer = context.channel.allocator.buffer(capacity: body.count)
        buffer.writeBytes(body)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func close() { context?.close(promise: nil) }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        isOpening = true
        driver.opened(slot, self)
        isOpening = false
    }

    /// A server closes connections that were idle for long, and one may get a request just then:
    /// nobody has seen it, and searching twice does no harm.
    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        driver.closed(slot, isUnheard: !isFresh && !answerHasBegun)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Half a head never becomes a part that is read.
        if error is HTTPParserError { answerHasBegun = true }
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answerHasBegun = true
            status = Int(head.status.code)
            cacheVerdict = head.headers.first(name: "x-cache")
            keepsAlive = head.isKeepAlive
            body.clear()
        case .body(var part):
            guard body.readableBytes + part.readableBytes <= Self.maximumAnswerBytes else {
                context.close(promise: nil)
                return
            }
            body.writeBuffer(&part)
        case .end:
            // Informational answers precede the real one.
            guard status >= 200 else { return }
            driver.answered(
                slot,
                LoadAnswer(
                    status: status, cacheVerdict: cacheVerdict, body: body, keepsAlive: keepsAlive))
            if !keepsAlive { context.close(promise: nil) }
        }
    }
}
