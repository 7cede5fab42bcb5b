// Reading a part of a file from the disk itself: what the system remembers of a file may be sound
// where the disk no longer is.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension LiveDisk {
    public func read(_ path: String, _ range: Range<Int>) throws(DiskError) -> [UInt8]? {
        #if canImport(Glibc)
            do throws(DiskError) {
                return try read(path, range, flags: Self.direct)
            } catch {
                // Not every file system has it.
                guard error.code == EINVAL else { throw error }
            }
        #endif
        return try read(path, range, flags: 0)
    }

    #if canImport(Glibc)
        /// `O_DIRECT`, which Swift does not import.
        #if arch(arm64)
            private static let direct: Int32 = 0o200000
        #else
            private static let direct: Int32 = 0o40000
        #endif
    #endif

    /// Direct reads want offset, length and memory aligned to the disk's sectors.
    private static let sectorBytes = 4096

    private func read(
        _ path: String, _ range: Range<Int>, flags: Int32
    ) throws(DiskError) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC | flags)
        guard number >= 0 else {
            if errno == ENOENT { return nil }
            throw .last("open", path)
        }
        defer { close(OpenFile(number: number, path: path)) }
        let sector = Self.sectorBytes
        let first = range.lowerBound / sector * sector
        let end = (range.upperBound + sector - 1) / sector * sector
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(sector, end - first), alignment: sector)
        defer { buffer.deallocate() }
        guard let start = buffer.baseAddress else { return [] }
        var count = 0
        while count < buffer.count {
            let step = pread(number, start + count, buffer.count - count, off_t(first + count))
            if step < 0 && errno == EINTR { continue }
            if step < 0 { throw .last("pread", path) }
            count += step
            // The file's end, after which nothing is aligned any more.
            if step == 0 || !count.isMultiple(of: sector) { break }
        }
        let offset = range.lowerBound - first
        guard count > offset else { return [] }
        return Array(buffer[offset..<min(count, offset + range.count)])
    }
}
