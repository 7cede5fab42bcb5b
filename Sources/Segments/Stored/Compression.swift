// zstd behind two small classes: contexts are kept, because making one costs more than
// compressing a block.

import CSystemZstd
import Synchronization

/// One compression context. Not `Sendable`: one per writer.
final class Compressor {
    static let level: Int32 = 3
    private let context: OpaquePointer?

    init() { context = ZSTD_createCCtx() }

    deinit { ZSTD_freeCCtx(context) }

    func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        var failure: String?
        let result = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            let written = bytes.withUnsafeBytes { source in
                ZSTD_compressCCtx(
                    context, target.baseAddress, bound, source.baseAddress, source.count,
                    Self.level)
            }
            if ZSTD_isError(written) != 0 {
                failure = String(cString: ZSTD_getErrorName(written))
            } else {
                count = written
            }
        }
        if let failure {
            throw SegmentError(
                segment: "new", section: "stored", reason: "zstd cannot compress: \(failure)",
                remedy: "free memory and try again")
        }
        return result
    }
}

/// One decompression context.
final class Decompressor: @unchecked Sendable {
    // Safe to share: the pool below hands it to one thread at a time.
    private let context: OpaquePointer?

    private init() { context = ZSTD_createDCtx() }

    deinit { ZSTD_freeDCtx(context) }

    private static let idle = Mutex<[Decompressor]>([])
    /// Contexts kept between uses.
    private static let maximumIdle = 16

    /// No frame of so many bytes has more bytes of content: a block of it has at most 128 KiB and
    /// takes at least four bytes (RFC 8878, section 3.1.1.2).
    static func mostContent(ofFrame byteCount: Int) -> Int { (byteCount / 4) << 17 }

    /// Nil: the bytes are not a zstd frame of exactly `count` bytes of content.
    static func decompress(_ source: UnsafeRawBufferPointer, count: Int) -> [UInt8]? {
        let decompressor = idle.withLock { $0.popLast() } ?? Decompressor()
        defer {
            idle.withLock { if $0.count < maximumIdle { $0.append(decompressor) } }
        }
        return decompressor.decompress(source, count: count)
    }

    private func decompress(_ source: UnsafeRawBufferPointer, count: Int) -> [UInt8]? {
        // Before there is memory for it.
        guard ZSTD_getFrameContentSize(source.baseAddress, source.count) == UInt64(count) else {
            return nil
        }
        var isRight = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            let written = ZSTD_decompressDCtx(
                context, target.baseAddress, count, source.baseAddress, source.count)
            isRight = ZSTD_isError(written) == 0 && written == count
            initialized = isRight ? count : 0
        }
        return isRight ? bytes : nil
    }
}
