// Up to 128 small numbers (frequencies, position deltas) in as few bits as most of them need,
// with the few larger ones patched.

import Storage

/// Writes and reads one chunk.
///
///     chunk     := token exception* packed
///     token     := u8: width (low 5 bits, 0…31), number of exceptions (high 3 bits, 0…7)
///     exception := u8 index, varint of the value's bits above `width`
///     packed    := the low `width` bits of every value: 128 values vertically, fewer ones
///                  horizontally
///
/// The values 1, 0, 300, 1 cost least with width 2, `22 02 4B 41`: token (one exception, width
/// 2), index 2, high part 75, then the low bits 1, 0, 0, 1.
enum ChunkCodec {
    static let maximumCount = 128
    static let maximumExceptions = 7
    static let maximumWidth = 31
    /// Values are below 2^31.
    static let maximumValue = UInt32(Int32.max)

    static func append(
        _ values: UnsafePointer<UInt32>, count: Int, into writer: inout ByteWriter
    ) {
        let width = bestWidth(values, count)
        var exceptionCount = 0
        for index in 0..<count where values[index] >> UInt32(width) != 0 { exceptionCount += 1 }
        writer.uint8(UInt8(width | exceptionCount << 5))
        for index in 0..<count where values[index] >> UInt32(width) != 0 {
            writer.uint8(UInt8(index))
            writer.varint(UInt64(values[index] >> UInt32(width)))
        }
        if count == maximumCount {
            VerticalPacking.pack(values, width: width, into: &writer.bytes)
        } else {
            let mask = (UInt64(1) << UInt64(width)) - 1
            let low = (0..<count).lazy.map { UInt64(values[$0]) & mask }
            HorizontalPacking.append(low, width: width, into: &writer.bytes)
        }
    }

    /// The width of the fewest bytes, counting two to six bytes for each exception.
    private static func bestWidth(_ values: UnsafePointer<UInt32>, _ count: Int) -> Int {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 33) { histogram in
            histogram.initialize(repeating: 0)
            var widest = 0
            for index in 0..<count {
                let bits = 32 - values[index].leadingZeroBitCount
                histogram[bits] += 1
                widest = max(widest, bits)
            }
            var best = widest
            var bestBytes = (count * widest + 7) / 8
            var exceptions = 0
            var width = widest
            while width > 0 {
                exceptions += histogram[width]
                width -= 1
                if exceptions > maximumExceptions { break }
                let highBytes = (widest - width + 6) / 7
                let bytes = (count * width + 7) / 8 + exceptions * (1 + highBytes)
                if bytes < bestBytes { (best, bestBytes) = (width, bytes) }
            }
            return best
        }
    }

    /// Reads a chunk of `count` values and adds `constant` to each. False: it is damaged.
    @inline(__always)
    static func decode(
        _ scanner: inout ByteScanner, count: Int, adding constant: UInt32,
        into values: UnsafeMutablePointer<UInt32>
    ) -> Bool {
        let token = Int(scanner.byte())
        let width = token & 31
        let exceptions = scanner
        if token > 31 { skipExceptions(&scanner, token >> 5) }
        guard let packed = scanner.take(packedByteCount(count, width)), !scanner.isBroken else {
            return false
        }
        if count == maximumCount {
            VerticalPacking.unpack(packed, width: width, AddConstant(constant), into: values)
        } else {
            for index in 0..<count {
                let low = HorizontalPacking.value(packed, index, width: width)
                values[index] = UInt32(truncatingIfNeeded: low) &+ constant
            }
        }
        return token <= 31 || patch(exceptions, token >> 5, width, count, values)
    }

    /// Steps over a chunk. False: it is damaged.
    static func skip(_ scanner: inout ByteScanner, count: Int) -> Bool {
        let token = Int(scanner.byte())
        skipExceptions(&scanner, token >> 5)
        return scanner.take(packedByteCount(count, token & 31)) != nil && !scanner.isBroken
    }

    @inline(__always)
    private static func packedByteCount(_ count: Int, _ width: Int) -> Int {
        HorizontalPacking.byteCount(count, width: width)
    }

    private static func skipExceptions(_ scanner: inout ByteScanner, _ count: Int) {
        for _ in 0..<count {
            _ = scanner.byte()
            _ = scanner.varint()
        }
    }

    @inline(never)
    private static func patch(
        _ exceptions: ByteScanner, _ exceptionCount: Int, _ width: Int, _ count: Int,
        _ values: UnsafeMutablePointer<UInt32>
    ) -> Bool {
        var scanner = exceptions
        for _ in 0..<exceptionCount {
            let index = Int(scanner.byte())
            let high = scanner.varint()
            guard index < count, high <= UInt64(maximumValue >> UInt32(width)) else {
                return false
            }
            values[index] &+= UInt32(high) << UInt32(width)
        }
        return !scanner.isBroken
    }
}
