// Memory of the inverter: one growing block addressed by 32-bit offsets, never freed piecemeal.

/// Offset 0 is never handed out.
final class ByteArena {
    /// Bytes that all allocations together may take.
    static let maximumBytes = Int(UInt32.max)

    private(set) var start: UnsafeMutablePointer<UInt8>
    private(set) var count = 4
    private var capacity: Int

    init(capacity: Int = 1 << 16) {
        self.capacity = capacity
        start = .allocate(capacity: capacity)
    }

    deinit { start.deallocate() }

    /// The caller keeps the sum below `maximumBytes`. Pointers from before are invalid after.
    @inline(__always)
    func allocate(_ size: Int) -> UInt32 {
        let offset = count
        if offset + size > capacity { grow(to: offset + size) }
        count = offset + size
        return UInt32(offset)
    }

    @inline(never)
    private func grow(to needed: Int) {
        precondition(needed <= Self.maximumBytes, "the builder refuses documents before this")
        capacity = max(capacity * 2, needed)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
    }
}

/// A stream of bytes in chunks of the arena, each twice as large as the one before up to a
/// limit. The last four bytes of a full chunk are the offset of the next.
struct ByteChain {
    /// 0: nothing was written.
    private(set) var head: UInt32 = 0
    private(set) var write: UInt32 = 0
    /// Where the current chunk's link is.
    private(set) var end: UInt32 = 0

    /// Bytes of data in the first chunk; one of 8 bytes with its link.
    static let firstSize = 4
    static let linkSize = 4
    /// Bytes of data.
    static let largestSize = 2044

    /// Bytes of data in the chunk after one of `size` bytes: chunks are powers of two in all.
    @inline(__always)
    static func sizeAfter(_ size: Int) -> Int {
        min((size + linkSize) * 2 - linkSize, largestSize)
    }

    @inline(__always)
    mutating func append(varint value: UInt32, _ arena: ByteArena, _ size: inout UInt16) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80, arena, &size)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest), arena, &size)
    }

    /// `size` is the data size of the current chunk; kept beside the chain to pack it tighter.
    @inline(__always)
    mutating func append(_ byte: UInt8, _ arena: ByteArena, _ size: inout UInt16) {
        if write == end { extend(arena, &size) }
        arena.start[Int(write)] = byte
        write &+= 1
    }

    @inline(never)
    private mutating func extend(_ arena: ByteArena, _ size: inout UInt16) {
        let next = head == 0 ? Self.firstSize : Self.sizeAfter(Int(size))
        let chunk = arena.allocate(next + Self.linkSize)
        if head == 0 {
            head = chunk
        } else {
            UnsafeMutableRawPointer(arena.start + Int(end))
                .storeBytes(of: chunk, as: UInt32.self)
        }
        write = chunk
        end = chunk + UInt32(next)
        size = UInt16(next)
    }
}

/// Reads a chain from its start.
struct ByteChainReader {
    private let arena: ByteArena
    private var next: UInt32
    private var chunkEnd: UInt32
    private var size = ByteChain.firstSize
    private let stop: UInt32

    init(_ chain: ByteChain, _ arena: ByteArena) {
        self.arena = arena
        next = chain.head
        chunkEnd = chain.head + UInt32(ByteChain.firstSize)
        stop = chain.write
    }

    var isAtEnd: Bool { next == stop }

    @inline(__always)
    mutating func byte() -> UInt8 {
        if next == chunkEnd { follow() }
        defer { next &+= 1 }
        return arena.start[Int(next)]
    }

    private mutating func follow() {
        next = UnsafeRawPointer(arena.start + Int(chunkEnd)).loadUnaligned(as: UInt32.self)
        size = ByteChain.sizeAfter(size)
        chunkEnd = next + UInt32(size)
    }

    @inline(__always)
    mutating func varint() -> UInt32 {
        var byte = byte()
        var value = UInt32(byte & 0x7F)
        var shift: UInt32 = 7
        while byte >= 0x80 {
            byte = self.byte()
            value |= UInt32(byte & 0x7F) &<< shift
            shift += 7
        }
        return value
    }
}
