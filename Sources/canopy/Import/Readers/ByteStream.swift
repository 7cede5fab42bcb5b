// The bytes of a source: a file, standard input, or what a decompressor (zstd, gzip, lz4) makes of
// a file. Reads block, so an import does them on a thread of its own.

import Foundation

/// A stream of bytes with a name for messages. Used by one thread at a time.
final class ByteStream {
    /// Some lines of a larger source.
    struct Part: Sendable, Hashable {
        /// The source's name for messages.
        var name: String
        /// Nil: everything there is. Of files that are not compressed.
        var bytes: Range<Int64>?
        /// Lines of the source before the first of these.
        var linesBefore: Int64 = 0
    }

    let name: String
    /// Lines of the source before this stream's first.
    private(set) var linesBefore: Int64 = 0
    /// Bytes still to be read of a part.
    private var rest: Int64?
    private var descriptor: Int32
    /// The compressed file a child reads from: it shares our file offset, which tells the progress.
    private let source: Int32?
    private let child: Process?
    private let size: Int64?
    private var finished = false

    /// Opens a file as, or for, a part of a source.
    static func open(_ path: String, part: Part) throws -> ByteStream {
        let stream = try open(path, name: part.name)
        stream.linesBefore = part.linesBefore
        guard let bytes = part.bytes else { return stream }
        guard lseek(stream.descriptor, off_t(bytes.lowerBound), SEEK_SET) >= 0 else {
            throw ImportError("reading \(part.name): \(String(cString: strerror(errno)))")
        }
        stream.rest = bytes.upperBound - bytes.lowerBound
        return stream
    }

    /// Opens a path (`-` is standard input); `.zst`, `.gz`, `.lz4`, `.xz` and `.bz2` are
    /// decompressed.
    static func open(_ path: String, name given: String? = nil) throws -> ByteStream {
        if path == "-" { return ByteStream(name: "stdin", descriptor: 0) }
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ImportError("cannot read \(path): \(String(cString: strerror(errno)))")
        }
        var status = stat()
        let known = fstat(descriptor, &status) == 0
        if known && status.st_mode & S_IFMT == S_IFDIR {
            close(descriptor)
            throw ImportError("\(path) is a folder; import folders with --format folder")
        }
        let regular = known && status.st_mode & S_IFMT == S_IFREG
        let size = regular ? Int64(status.st_size) : nil
        let name = given ?? URL(fileURLWithPath: path).lastPathComponent
        guard let command = decompressor(for: path) else {
            return ByteStream(name: name, descriptor: descriptor, size: size)
        }
        let child = Process()
        child.standardInput = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        return try ByteStream(
            name: name, running: command, as: child, source: descriptor, size: size)
    }

    /// What a command prints, for instance `apt-cache dumpavail`.
    static func output(of command: [String]) throws -> ByteStream {
        let child = Process()
        child.standardInput = FileHandle.nullDevice
        return try ByteStream(
            name: command.joined(separator: " "), running: command, as: child, source: nil,
            size: nil)
    }

    private init(name: String, descriptor: Int32, size: Int64? = nil) {
        self.name = name
        self.descriptor = descriptor
        self.size = size
        source = nil
        child = nil
    }

    private init(
        name: String, running command: [String], as child: Process, source: Int32?, size: Int64?
    ) throws {
        let pipe = Pipe()
        child.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        child.arguments = command
        child.standardOutput = pipe
        self.name = name
        self.source = source
        self.child = child
        self.size = size
        do {
            try child.run()
        } catch {
            throw ImportError("cannot run \(command[0]): \(error.localizedDescription)")
        }
        try? pipe.fileHandleForWriting.close()
        descriptor = dup(pipe.fileHandleForReading.fileDescriptor)
    }

    deinit { try? finish() }

    /// Fills up to `buffer.count` bytes; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let base = buffer.baseAddress, !finished else { return 0 }
        let wanted = rest.map { Int(min($0, Int64(buffer.count))) } ?? buffer.count
        while true {
            let count = Foundation.read(descriptor, base, wanted)
            if count >= 0 {
                if let rest { self.rest = rest - Int64(count) }
                return count
            }
            guard errno == EINTR else {
                throw ImportError("reading \(name): \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Share of the source's bytes consumed, compressed bytes for a compressed file.
    var fraction: Double? {
        guard let size, size > 0, !finished else { return nil }
        let offset = lseek(source ?? descriptor, 0, SEEK_CUR)
        return offset < 0 ? nil : min(1, Double(offset) / Double(size))
    }

    /// Closes everything.
    /// - Throws: when the decompressor had read all of its input and failed: a damaged file.
    func finish(reachedEnd: Bool = false) throws {
        guard !finished else { return }
        finished = true
        if descriptor != 0 { close(descriptor) }
        if let source { close(source) }
        guard let child else { return }
        if !reachedEnd && child.isRunning { child.terminate() }
        child.waitUntilExit()
        guard reachedEnd, child.terminationStatus != 0 else { return }
        let command = child.arguments?.first ?? "the decompressor"
        throw ImportError(
            child.terminationStatus == 127
                ? "\(name) needs the program \(command), which is not installed"
                : "\(command) failed on \(name) with status \(child.terminationStatus): "
                    + "the file is damaged or of another format")
    }

    private static func decompressor(for path: String) -> [String]? {
        let commands: [(suffix: String, command: [String])] = [
            (".zst", ["zstd", "-dcq", "--long=27"]), (".gz", ["gzip", "-dc"]),
            (".lz4", ["lz4", "-dcq"]), (".xz", ["xz", "-dc"]), (".bz2", ["bzip2", "-dc"]),
        ]
        return commands.first { path.lowercased().hasSuffix($0.suffix) }?.command
    }

    /// The suffixes `open` decompresses.
    static let compressedSuffixes = [".zst", ".gz", ".lz4", ".xz", ".bz2"]
}
