// The two ways to pack numbers, at every width, against the plain way.

import Storage

@testable import Segments

enum PackingTarget {
    static let target = FuzzTarget(
        name: "packing", reads: "HorizontalPacking and VerticalPacking at every width",
        seeds: seeds, run: run)

    /// width, then of vertically packed numbers: base, 16 bytes per bit of width; of
    /// horizontally packed ones (width 64 and more): index, bytes.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let width = Int(input.byte())
        let parameter = input.number(UInt32.self)
        guard let data = input.rest.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
        if width <= VerticalPacking.maximumWidth {
            guard input.rest.count >= VerticalPacking.byteCount(width: width) else { return }
            try vertical(data, width, parameter)
        } else {
            let width = HorizontalPacking.roundedWidth(width % 65)
            try horizontal(data, input.rest.count, width, Int(parameter % 1000))
        }
    }

    private static func vertical(
        _ data: UnsafePointer<UInt8>, _ width: Int, _ base: UInt32
    ) throws {
        try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 128) { numbers in
            guard let numbers = numbers.baseAddress else { return }
            VerticalPacking.unpack(data, width: width, AddConstant(base), into: numbers)
            for index in 0..<128 {
                let wanted = PlainCoding.vertical(data, index, width: width) &+ base
                try require(numbers[index] == wanted, "number \(index) of width \(width)")
            }
            VerticalPacking.unpack(data, width: width, StrideSums(after: base), into: numbers)
            for index in 0..<128 {
                let before = index < 4 ? base &+ UInt32(index + 1) : numbers[index - 4] &+ 4
                let wanted = before &+ PlainCoding.vertical(data, index, width: width)
                try require(numbers[index] == wanted, "sum \(index) of width \(width)")
            }
        }
    }

    private static func horizontal(
        _ data: UnsafePointer<UInt8>, _ byteCount: Int, _ width: Int, _ index: Int
    ) throws {
        let needed = HorizontalPacking.byteCount(index + 1, width: width)
        guard needed + HorizontalPacking.slack <= byteCount else { return }
        let value = HorizontalPacking.value(data, index, width: width)
        let wanted = PlainCoding.horizontal(data, index, width: width)
        try require(value == wanted, "value \(index) of width \(width)")
    }

    static func seeds() -> [[UInt8]] {
        var random = FuzzRandom(seed: 1)
        var seeds: [[UInt8]] = []
        for width in [0, 1, 7, 8, 13, 31, 32] {
            seeds.append([UInt8(width)] + random.bytes(4 + 16 * width))
        }
        for width in [65, 66, 72, 121, 128] {
            seeds.append([UInt8(width), 2, 0, 0, 0] + random.bytes(40))
        }
        return seeds
    }
}
