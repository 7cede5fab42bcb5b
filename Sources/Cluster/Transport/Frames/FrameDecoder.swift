// Cuts a connection's bytes into frames, and refuses what is not a frame before memory is spent
// on it.

import NIOCore

struct FrameDecoder: ByteToMessageDecoder {
    typealias InboundOut = Frame

    let payloadLimit: Int

    func decode(
        context: ChannelHandlerContext, buffer: inout ByteBuffer
    ) throws -> DecodingState {
        guard let frame = try next(&buffer) else { return .needMoreData }
        context.fireChannelRead(wrapInboundOut(frame))
        return .continue
    }

    func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        // Half a frame at the end of a connection is no news: the calls it belonged to fail.
        try decode(context: context, buffer: &buffer)
    }

    /// The next whole frame; nil when more bytes are needed.
    /// - Throws: `FrameFault`, after which the connection cannot be understood any more.
    func next(_ buffer: inout ByteBuffer) throws(FrameFault) -> Frame? {
        let start = buffer.readerIndex
        guard let length = buffer.getInteger(at: start, as: UInt32.self) else { return nil }
        guard length >= Frame.headerBytes else { throw .tooShort(Int(length)) }
        let payloadBytes = Int(length) - Frame.headerBytes
        // The version and type are looked at before anything is waited for.
        let header = start + Frame.lengthBytes
        guard let version = buffer.getInteger(at: header, as: UInt8.self) else { return nil }
        guard version == Frame.version else { throw .version(version) }
        guard payloadBytes <= payloadLimit else { throw .tooLong(payloadBytes, payloadLimit) }
        guard let typeByte = buffer.getInteger(at: header + 1, as: UInt8.self) else { return nil }
        guard let type = FrameType(rawValue: typeByte) else { throw .type(typeByte) }
        guard buffer.readableBytes >= Frame.lengthBytes + Int(length),
            let kind = buffer.getInteger(at: header + 2, as: UInt8.self),
            let reserved = buffer.getInteger(at: header + 3, as: UInt8.self),
            let id = buffer.getInteger(at: header + 4, as: UInt64.self),
            let remaining = buffer.getInteger(at: header + 12, as: UInt64.self)
        else { return nil }
        guard reserved == 0 else { throw .reserved(reserved) }
        buffer.moveReaderIndex(forwardBy: Frame.lengthBytes + Frame.headerBytes)
        guard let payload = buffer.readSlice(length: payloadBytes) else { return nil }
        return Frame(
            type: type, kind: kind, id: id, remainingMicroseconds: remaining, payload: payload)
    }
}

/// Why bytes are not a frame.
enum FrameFault: Error, Hashable, CustomStringConvertible {
    case tooShort(Int)
    case tooLong(Int, Int)
    case version(UInt8)
    case type(UInt8)
    case reserved(UInt8)

    var description: String {
        switch self {
        case .tooShort(let length):
            "a frame of \(length) bytes is shorter than its header of \(Frame.headerBytes)"
        case .tooLong(let count, let limit):
            "a frame announces \(count) bytes of payload where \(limit) are allowed"
        case .version(let version):
            "a frame of version \(version) where \(Frame.version) is spoken; "
                + "run the same version of the program on both nodes"
        case .type(let type): "a frame of unknown type \(type)"
        case .reserved(let byte): "the reserved byte of a frame is \(byte) instead of 0"
        }
    }
}
