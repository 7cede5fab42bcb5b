// One message between two nodes as bytes.
//
//     frame = length u32 | header | payload
//     header = version u8 | type u8 | kind u8 | 0 u8 | id u64 | remaining u64
//
// All numbers are big-endian. `length` counts what follows it: 20 bytes of header and the payload.
// `id` pairs an answer with its request on one connection. `remaining` is the time a request has
// left, in microseconds, so that no two clocks need to agree; it is 0 elsewhere. A ping of 42 bytes
// payload and id 7 with one second left begins
// `0000003E 02 01 0A 00 0000000000000007 00000000000F4240`.

import NIOCore

enum FrameType: UInt8, CaseIterable {
    /// Asks; the payload is the message.
    case request = 1
    /// Answers; the payload is the answer.
    case response = 2
    /// Answers; the payload is a `RemoteError`.
    case failure = 3
    /// Nobody waits for the answer any more.
    case cancel = 4
    /// Are you there? Answered with `alive`.
    case probe = 5
    case alive = 6
    /// The connection will be closed; the payload says why, as text.
    case refusal = 7
}

struct Frame: Hashable {
    var type: FrameType
    /// Meaningful in requests only, where it must be a `MessageKind`.
    var kind: UInt8 = 0
    var id: UInt64 = 0
    var remainingMicroseconds: UInt64 = 0
    var payload = ByteBuffer()

    static let version: UInt8 = 2
    /// Bytes of the length field, and of the header behind it.
    static let lengthBytes = 4
    static let headerBytes = 20

    func write(to buffer: inout ByteBuffer) {
        let length = Self.headerBytes + payload.readableBytes
        buffer.reserveCapacity(minimumWritableBytes: Self.lengthBytes + length)
        buffer.writeInteger(UInt32(clamping: length))
        buffer.writeMultipleIntegers(Self.version, type.rawValue, kind, UInt8(0))
        buffer.writeMultipleIntegers(id, remainingMicroseconds)
        buffer.writeImmutableBuffer(payload)
    }

    /// How the text of a refusal reads.
    var text: String { String(buffer: payload) }
}
