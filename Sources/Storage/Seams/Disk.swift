// The few system calls the folder store is made of, so that tests can lose, tear and refuse them.

/// An open file of a `Disk`.
public struct OpenFile: Sendable, Hashable {
    public let number: Int32
    public let path: String

    public init(number: Int32, path: String) {
        self.number = number
        self.path = path
    }
}

/// Synchronous calls that may block: never made on a thread that tasks share.
public protocol Disk: Sendable {
    /// Creates a new, empty file for writing; one that exists is an error.
    func create(_ path: String) throws(DiskError) -> OpenFile
    /// Writes all the bytes at the end of what was written before.
    func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(DiskError)
    /// `fdatasync`: the bytes survive a power failure once this returns.
    func synchronize(_ file: OpenFile) throws(DiskError)
    func close(_ file: OpenFile)

    /// Gives the file a second name; false when that name is taken.
    func link(_ path: String, to name: String) throws(DiskError) -> Bool
    /// False when there was no such name.
    func unlink(_ path: String) throws(DiskError) -> Bool
    func rename(_ path: String, to name: String) throws(DiskError)

    /// Makes one directory; one that exists is no error. Parents must exist.
    func createDirectory(_ path: String) throws(DiskError)
    /// `fsync` of a directory: its entries survive a power failure once this returns.
    func synchronizeDirectory(_ path: String) throws(DiskError)
    /// What is in the directory, in no order; nil when there is no such directory.
    func entries(of directory: String) throws(DiskError) -> [DirectoryEntry]?

    /// Nil when there is no such file, here and below.
    func read(_ path: String) throws(DiskError) -> [UInt8]?
    /// The part of the file's bytes that it has of this range, from the disk rather than from
    /// what the system remembers of it, where it can be told apart.
    func read(_ path: String, _ range: Range<Int>) throws(DiskError) -> [UInt8]?
    func size(_ path: String) throws(DiskError) -> Int?
    func map(_ path: String) throws(DiskError) -> MappedBytes?
}

extension Disk {
    public func read(_ path: String, _ range: Range<Int>) throws(DiskError) -> [UInt8]? {
        guard let bytes = try read(path) else { return nil }
        return Array(bytes[range.clamped(to: 0..<bytes.count)])
    }
}

public struct DirectoryEntry: Sendable, Hashable {
    public let name: String
    public let isDirectory: Bool

    public init(name: String, isDirectory: Bool) {
        self.name = name
        self.isDirectory = isDirectory
    }
}
