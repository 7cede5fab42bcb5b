// Bytes that do not move: a private copy in memory, or a file mapped read-only. They stay valid
// as long as somebody holds the object: where the last use of the object comes before the last
// use of its pointer, say `withExtendedLifetime`.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

public final class MappedBytes: @unchecked Sendable {
    // Safe to share: the memory is written before init returns and never after.
    public let pointer: UnsafeRawBufferPointer
    private let isMapping: Bool

    /// Alignment of bytes in memory, as a cache line.
    private static let alignment = 64

    /// Copies `bytes` into memory of its own.
    public init(owned bytes: [UInt8]) {
        isMapping = false
        guard !bytes.isEmpty else {
            pointer = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let copy = UnsafeMutableRawBufferPointer.allocate(
            byteCount: bytes.count, alignment: Self.alignment)
        copy.copyBytes(from: bytes)
        pointer = UnsafeRawBufferPointer(copy)
    }

    /// Maps a whole file read-only. An empty file becomes empty memory: it cannot be mapped.
    public init(mapping path: String) throws(DiskError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last("fstat", path) }
        let count = Int(status.st_size)
        guard count > 0 else {
            isMapping = false
            pointer = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0)
        guard let start, start != MAP_FAILED else { throw .last("mmap", path) }
        isMapping = true
        pointer = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        guard let start = UnsafeMutableRawPointer(mutating: pointer.baseAddress) else { return }
        if isMapping {
            munmap(start, pointer.count)
        } else {
            start.deallocate()
        }
    }

    public var count: Int { pointer.count }

    /// A copy, for whoever does not want to think about lifetimes.
    public func copied() -> [UInt8] {
        withExtendedLifetime(self) { [UInt8](pointer) }
    }
}
