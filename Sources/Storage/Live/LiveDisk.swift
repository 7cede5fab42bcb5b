// The system calls themselves.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

public struct LiveDisk: Disk {
    public init() {}

    public func create(_ path: String) throws(DiskError) -> OpenFile {
        let number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o644))
        guard number >= 0 else { throw .last("open", path) }
        return OpenFile(number: number, path: path)
    }

    public func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(DiskError) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            #if canImport(Glibc)
                let count = Glibc.write(file.number, start, rest.count)
            #else
                let count = Darwin.write(file.number, start, rest.count)
            #endif
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .last("write", file.path) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    public func synchronize(_ file: OpenFile) throws(DiskError) {
        #if canImport(Glibc)
            guard fdatasync(file.number) == 0 else { throw .last("fdatasync", file.path) }
        #else
            guard fcntl(file.number, F_FULLFSYNC) == 0 else {
                throw .last("fcntl(F_FULLFSYNC)", file.path)
            }
        #endif
    }

    public func close(_ file: OpenFile) {
        #if canImport(Glibc)
            _ = Glibc.close(file.number)
        #else
            _ = Darwin.close(file.number)
        #endif
    }

    public func link(_ path: String, to name: String) throws(DiskError) -> Bool {
        #if canImport(Glibc)
            let status = Glibc.link(path, name)
        #else
            let status = Darwin.link(path, name)
        #endif
        if status == 0 { return true }
        if errno == EEXIST { return false }
        throw .last("link", name)
    }

    public func unlink(_ path: String) throws(DiskError) -> Bool {
        #if canImport(Glibc)
            let status = Glibc.unlink(path)
        #else
            let status = Darwin.unlink(path)
        #endif
        if status == 0 { return true }
        if errno == ENOENT { return false }
        throw .last("unlink", path)
    }

    public func rename(_ path: String, to name: String) throws(DiskError) {
        #if canImport(Glibc)
            let status = Glibc.rename(path, name)
        #else
            let status = Darwin.rename(path, name)
        #endif
        guard status == 0 else { throw .last("rename", path) }
    }

    public func createDirectory(_ path: String) throws(DiskError) {
        guard mkdir(path, mode_t(0o755)) == 0 || errno == EEXIST else {
            throw .last("mkdir", path)
        }
    }

    public func synchronizeDirectory(_ path: String) throws(DiskError) {
        let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", path) }
        defer { close(OpenFile(number: number, path: path)) }
        guard fsync(number) == 0 else { throw .last("fsync", path) }
    }

    public func entries(of directory: String) throws(DiskError) -> [DirectoryEntry]? {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return nil }
            throw .last("opendir", directory)
        }
        defer { closedir(stream) }
        var found: [DirectoryEntry] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw .last("readdir", directory) }
                return found
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            var isDirectory = entry.pointee.d_type == UInt8(DT_DIR)
            if entry.pointee.d_type == UInt8(DT_UNKNOWN) {
                var status = stat()
                isDirectory =
                    stat(directory + "/" + name, &status) == 0
                    && status.st_mode & S_IFMT == S_IFDIR
            }
            found.append(DirectoryEntry(name: name, isDirectory: isDirectory))
        }
    }

    public func read(_ path: String) throws(DiskError) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            if errno == ENOENT { return nil }
            throw .last("open", path)
        }
        defer { close(OpenFile(number: number, path: path)) }
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .last("fstat", path) }
        var failure: DiskError?
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count, let start = buffer.baseAddress {
                let step = pread(number, start + count, buffer.count - count, off_t(count))
                if step < 0 && errno == EINTR { continue }
                if step < 0 { failure = .last("pread", path) }
                if step <= 0 { return }
                count += step
            }
        }
        if let failure { throw failure }
        return bytes
    }

    public func size(_ path: String) throws(DiskError) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw .last("stat", path)
        }
        return Int(status.st_size)
    }

    public func map(_ path: String) throws(DiskError) -> MappedBytes? {
        do {
            return try MappedBytes(mapping: path)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
    }
}
