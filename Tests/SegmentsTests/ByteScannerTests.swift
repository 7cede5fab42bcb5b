// Varints of every length, whole and cut off.

import Storage
import Testing

@testable import Segments

struct ByteScannerTests {
    private static func read(
        _ bytes: [UInt8], count: Int = 1
    ) -> (values: [UInt64], left: Int, isBroken: Bool) {
        bytes.withUnsafeBufferPointer { bytes in
            let start = bytes.baseAddress!
            var scanner = ByteScanner(start, end: start + bytes.count)
            let values = (0..<count).map { _ in scanner.varint() }
            return (values, scanner.remaining, scanner.isBroken)
        }
    }

    @Test(arguments: (0..<64).flatMap { [UInt64(1) << $0, (UInt64(1) << $0) &- 1] } + [.max])
    func varintsComeBack(value: UInt64) {
        var writer = ByteWriter()
        writer.varint(value)
        writer.varint(5)
        let (values, left, isBroken) = Self.read(writer.bytes + [0xFF], count: 2)
        #expect(values == [value, 5] && left == 1 && !isBroken)
        // What is behind the end does not count.
        for length in 0..<(writer.count - 1) {
            let cut = Self.read([0] + writer.bytes.prefix(length), count: 2)
            #expect(cut.values == [0, 0] && cut.isBroken)
        }
    }

    @Test func varintsOfMoreThan64BitsBreakTheScanner() {
        let tooLong = [UInt8](repeating: 0xFF, count: 9) + [0x02]
        #expect(Self.read(tooLong).isBroken)
        #expect(Self.read([UInt8](repeating: 0x80, count: 20)).isBroken)
    }

    @Test func aBrokenScannerReadsNothingMore() {
        let (values, _, isBroken) = Self.read([0x80], count: 3)
        #expect(values == [0, 0, 0] && isBroken)
    }
}
