// Bit-packing of exactly 128 numbers in four lanes: number i sits in lane i % 4, so that one
// SIMD instruction works on four neighbours and a prefix sum with stride 4 needs no shuffle.

/// What happens to a row of four numbers between unpacking and storing.
protocol RowTransform {
    mutating func apply(_ row: SIMD4<UInt32>) -> SIMD4<UInt32>
}

/// Adds a constant to every number.
struct AddConstant: RowTransform {
    let constant: SIMD4<UInt32>

    init(_ value: UInt32) { constant = SIMD4(repeating: value) }

    @inline(__always)
    mutating func apply(_ row: SIMD4<UInt32>) -> SIMD4<UInt32> { row &+ constant }
}

/// Stride-4 sums: number i is number i - 4 plus 4 plus what was stored. Strictly ascending
/// numbers differ by at least 4 over four places, so a run of neighbours takes no bits at all.
struct StrideSums: RowTransform {
    private var sum: SIMD4<UInt32>
    private static let stride = SIMD4<UInt32>(repeating: 4)

    /// `base` is the number before the first; `UInt32.max` when there is none.
    init(after base: UInt32) {
        sum = SIMD4(repeating: base) &+ SIMD4(1, 2, 3, 4) &- Self.stride
    }

    @inline(__always)
    mutating func apply(_ row: SIMD4<UInt32>) -> SIMD4<UInt32> {
        sum &+= row &+ Self.stride
        return sum
    }
}

/// The numbers of a width w take 16 · w bytes: row r (numbers 4r … 4r+3) starts at bit r · w of
/// each of the four 32-bit lanes. With w = 3 the numbers 1, 2, 3, 4, 5, 0, 0, … begin with the
/// words 29 00 00 00, 02 00 00 00, 03 00 00 00, 04 00 00 00 (29 is 1 + (5 << 3)).
enum VerticalPacking {
    static let count = 128
    static let maximumWidth = 32

    static func byteCount(width: Int) -> Int { 16 * width }

    static func width(_ values: UnsafePointer<UInt32>) -> Int {
        var all = SIMD4<UInt32>.zero
        let rows = UnsafeRawPointer(values)
        for row in 0..<(count / 4) {
            all |= rows.loadUnaligned(fromByteOffset: row * 16, as: SIMD4<UInt32>.self)
        }
        return 32 - (all[0] | all[1] | all[2] | all[3]).leadingZeroBitCount
    }

    /// Appends the low `width` bits of 128 numbers; higher bits are dropped.
    static func pack(_ values: UnsafePointer<UInt32>, width: Int, into bytes: inout [UInt8]) {
        if width == 0 { return }
        let mask = SIMD4<UInt32>(repeating: UInt32.max >> UInt32(32 - width))
        let rows = UnsafeRawPointer(values)
        withUnsafeTemporaryAllocation(of: SIMD4<UInt32>.self, capacity: width) { words in
            words.initialize(repeating: .zero)
            for row in 0..<(count / 4) {
                let value =
                    rows.loadUnaligned(fromByteOffset: row * 16, as: SIMD4<UInt32>.self) & mask
                let word = row * width / 32
                let shift = row * width % 32
                words[word] |= value &<< SIMD4(repeating: UInt32(shift))
                if shift + width > 32 {
                    words[word + 1] |= value &>> SIMD4(repeating: UInt32(32 - shift))
                }
            }
            bytes.append(contentsOf: UnsafeRawBufferPointer(words))
        }
    }

    /// Differences to the number four places before, less 4, as `StrideSums` undoes them.
    static func strideDifferences(
        _ values: UnsafePointer<UInt32>, after base: UInt32,
        into differences: UnsafeMutablePointer<UInt32>
    ) {
        for index in 0..<4 { differences[index] = values[index] &- base &- UInt32(index + 1) }
        for index in 4..<count { differences[index] = values[index] &- values[index - 4] &- 4 }
    }

    /// Reads `16 * width` bytes and writes 128 numbers. The caller has checked the range.
    @inline(never)
    static func unpack<Transform: RowTransform>(
        _ source: UnsafePointer<UInt8>, width: Int, _ transform: Transform,
        into values: UnsafeMutablePointer<UInt32>
    ) {
        let from = UnsafeRawPointer(source)
        let to = UnsafeMutableRawPointer(values)
        switch width {
        case 0: VerticalWidth<0>.unpack(from, transform, to)
        case 1: VerticalWidth<1>.unpack(from, transform, to)
        case 2: VerticalWidth<2>.unpack(from, transform, to)
        case 3: VerticalWidth<3>.unpack(from, transform, to)
        case 4: VerticalWidth<4>.unpack(from, transform, to)
        case 5: VerticalWidth<5>.unpack(from, transform, to)
        case 6: VerticalWidth<6>.unpack(from, transform, to)
        case 7: VerticalWidth<7>.unpack(from, transform, to)
        case 8: VerticalWidth<8>.unpack(from, transform, to)
        case 9: VerticalWidth<9>.unpack(from, transform, to)
        case 10: VerticalWidth<10>.unpack(from, transform, to)
        case 11: VerticalWidth<11>.unpack(from, transform, to)
        case 12: VerticalWidth<12>.unpack(from, transform, to)
        case 13: VerticalWidth<13>.unpack(from, transform, to)
        case 14: VerticalWidth<14>.unpack(from, transform, to)
        case 15: VerticalWidth<15>.unpack(from, transform, to)
        case 16: VerticalWidth<16>.unpack(from, transform, to)
        case 17: VerticalWidth<17>.unpack(from, transform, to)
        case 18: VerticalWidth<18>.unpack(from, transform, to)
        case 19: VerticalWidth<19>.unpack(from, transform, to)
        case 20: VerticalWidth<20>.unpack(from, transform, to)
        case 21: VerticalWidth<21>.unpack(from, transform, to)
        case 22: VerticalWidth<22>.unpack(from, transform, to)
        case 23: VerticalWidth<23>.unpack(from, transform, to)
        case 24: VerticalWidth<24>.unpack(from, transform, to)
        case 25: VerticalWidth<25>.unpack(from, transform, to)
        case 26: VerticalWidth<26>.unpack(from, transform, to)
        case 27: VerticalWidth<27>.unpack(from, transform, to)
        case 28: VerticalWidth<28>.unpack(from, transform, to)
        case 29: VerticalWidth<29>.unpack(from, transform, to)
        case 30: VerticalWidth<30>.unpack(from, transform, to)
        case 31: VerticalWidth<31>.unpack(from, transform, to)
        default: VerticalWidth<32>.unpack(from, transform, to)
        }
    }
}

/// The unrolled loop of one width: every shift, mask and offset is a constant.
enum VerticalWidth<let width: Int> {
    @inline(__always)
    static func row(_ index: Int, _ source: UnsafeRawPointer) -> SIMD4<UInt32> {
        if width == 0 { return .zero }
        let word = index &* width / 32
        let shift = index &* width % 32
        let mask = SIMD4<UInt32>(repeating: UInt32.max >> UInt32(truncatingIfNeeded: 32 &- width))
        let low = source.loadUnaligned(fromByteOffset: word &* 16, as: SIMD4<UInt32>.self)
        var value = low &>> SIMD4(repeating: UInt32(truncatingIfNeeded: shift))
        if shift &+ width < 32 { value &= mask }
        if shift &+ width > 32 {
            let high = source.loadUnaligned(
                fromByteOffset: word &* 16 &+ 16, as: SIMD4<UInt32>.self)
            // Masked before it is or-ed: otherwise LLVM makes scalar funnel shifts of this.
            value |= (high &<< SIMD4(repeating: UInt32(truncatingIfNeeded: 32 &- shift))) & mask
        }
        return value
    }

    @inline(__always)
    static func eight<Transform: RowTransform>(
        _ first: Int, _ source: UnsafeRawPointer, _ transform: inout Transform,
        _ target: UnsafeMutableRawPointer
    ) {
        store(first, transform.apply(row(first, source)), target)
        store(first &+ 1, transform.apply(row(first &+ 1, source)), target)
        store(first &+ 2, transform.apply(row(first &+ 2, source)), target)
        store(first &+ 3, transform.apply(row(first &+ 3, source)), target)
        store(first &+ 4, transform.apply(row(first &+ 4, source)), target)
        store(first &+ 5, transform.apply(row(first &+ 5, source)), target)
        store(first &+ 6, transform.apply(row(first &+ 6, source)), target)
        store(first &+ 7, transform.apply(row(first &+ 7, source)), target)
    }

    @inline(__always)
    private static func store(
        _ index: Int, _ value: SIMD4<UInt32>, _ target: UnsafeMutableRawPointer
    ) {
        target.storeBytes(of: value, toByteOffset: index &* 16, as: SIMD4<UInt32>.self)
    }

    static func unpack<Transform: RowTransform>(
        _ source: UnsafeRawPointer, _ transform: Transform, _ target: UnsafeMutableRawPointer
    ) {
        var transform = transform
        eight(0, source, &transform, target)
        eight(8, source, &transform, target)
        eight(16, source, &transform, target)
        eight(24, source, &transform, target)
    }
}
