// Bodies that travel compressed (RFC 1952), by zlib.

import CSystemZlib

enum Gzip {
    /// Why bytes are not what gzip makes.
    struct Damage: Error, Equatable {
        let reason: String
    }

    /// Bytes handed on at a time.
    private static let chunkSize = 64 << 10
    /// A gzip header instead of zlib's own.
    private static let windowBits: Int32 = 15 + 16

    /// Hands `consume` the content of one or several members, piece by piece, so that it can stop
    /// before a small body becomes a huge one.
    /// - Throws: `Damage`, and whatever `consume` throws.
    static func decompress(
        _ bytes: [UInt8], _ consume: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        var stream = z_stream()
        guard
            inflateInit2_(
                &stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw Damage(reason: "there is no memory to decompress it") }
        defer { inflateEnd(&stream) }
        var input = bytes
        try input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: chunkSize) { chunk in
                try inflateAll(&stream, chunk, consume)
            }
        }
    }

    private static func inflateAll(
        _ stream: inout z_stream, _ chunk: UnsafeMutableBufferPointer<UInt8>,
        _ consume: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        while true {
            stream.next_out = chunk.baseAddress
            stream.avail_out = UInt32(chunk.count)
            let status = inflate(&stream, Z_NO_FLUSH)
            let written = chunk.count - Int(stream.avail_out)
            try consume(UnsafeBufferPointer(rebasing: chunk[..<written]))
            switch status {
            case Z_STREAM_END:
                if stream.avail_in == 0 { return }
                guard inflateReset(&stream) == Z_OK else {
                    throw Damage(reason: "what follows its end cannot be read")
                }
            case Z_OK: continue
            case Z_BUF_ERROR: throw Damage(reason: "it is cut off")
            default:
                throw Damage(
                    reason: stream.msg.map { String(cString: $0) } ?? "zlib error \(status)")
            }
        }
    }

    /// One member with the content; nil when zlib has no memory for it.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, Z_BEST_SPEED, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var input = bytes
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var isWhole = false
        let result = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(bound)
                isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
                count = bound - Int(stream.avail_out)
            }
        }
        return isWhole ? result : nil
    }
}
