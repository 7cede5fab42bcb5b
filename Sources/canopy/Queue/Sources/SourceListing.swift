// Looks for what sources hold: walks folders, lists the bucket, and finds where large files may be
// cut.

import Foundation

struct SourceListing {
    /// Before the prefix of objects.
    static let bucketScheme = "bucket:"

    /// For all files; nil: as their names say.
    let format: SourceFormat?
    /// Nil: files are not cut.
    let partBytes: Int64?
    let bucket: BucketSource?
    /// Takes a line about what is going on.
    let report: (String) -> Void

    private(set) var plan = QueuePlan()

    init(
        format: SourceFormat?, partBytes: Int64?, bucket: BucketSource?,
        report: @escaping (String) -> Void
    ) {
        (self.format, self.partBytes) = (format, partBytes)
        (self.bucket, self.report) = (bucket, report)
    }

    mutating func add(_ source: String) async throws {
        if source.hasPrefix(Self.bucketScheme) {
            return try await addObjects(String(source.dropFirst(Self.bucketScheme.count)))
        }
        guard source != "-", source != "apt" else {
            throw QueueError(
                place: "source \(source)", reason: "workers cannot share it",
                remedy: "Save it to a file, or bring it in with `canopy import`")
        }
        let path = URL(fileURLWithPath: source).standardizedFileURL.path
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw QueueError(
                place: "source \(source)", reason: String(cString: strerror(errno)),
                remedy: "Name a file, a folder, or a prefix of the bucket's objects as "
                    + "\(Self.bucketScheme)PREFIX")
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            try walk(path, below: "")
        } else {
            let format = try format ?? SourceFormat.detect(path: path)
            guard format != .folder else {
                throw QueueError(
                    place: "source \(source)", reason: "it is a file, not a folder",
                    remedy: "Leave --format out, or name the folder")
            }
            let name = URL(fileURLWithPath: path).lastPathComponent
            try addFile(path, name: name, format, status)
        }
    }

    /// In the order of `FolderReader`.
    private mutating func walk(_ root: String, below path: String) throws {
        let folder = path.isEmpty ? root : root + "/" + path
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw QueueError(
                place: folder, reason: "it cannot be listed: \(error.localizedDescription)",
                remedy: "Check that this user may read it")
        }
        let visible = names.filter { !$0.hasPrefix(".") }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in visible {
            let inner = path.isEmpty ? name : path + "/" + name
            var status = stat()
            guard lstat(root + "/" + inner, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try walk(root, below: inner)
            case S_IFREG: try take(root, inner, status)
            default: plan.leftOut += 1
            }
        }
    }

    private mutating func take(_ root: String, _ path: String, _ status: stat) throws {
        if format == nil || format == .folder, DocumentFile.Kind(path: path) != nil {
            plan.documents.append(
                FoundDocument(root: root, path: path, byteCount: Int64(status.st_size)))
        } else if format != .folder,
            let format = format ?? SourceFormat.guess(path: path, isFolder: false)
        {
            try addFile(root + "/" + path, name: path, format, status)
        } else {
            plan.leftOut += 1
        }
    }

    private mutating func addFile(
        _ path: String, name: String, _ format: SourceFormat, _ status: stat
    ) throws {
        var file = FoundFile(
            place: .file(path), name: name, format: format, byteCount: Int64(status.st_size),
            modified: status.modificationNanoseconds)
        if let partBytes, file.isLarge(partBytes: partBytes) {
            report("finding the lines of \(name) (\(Quantities.bytes(file.byteCount)))")
            file.parts = try Self.parts(path, partBytes)
        }
        plan.files.append(file)
    }

    private static func parts(_ path: String, _ partBytes: Int64) throws -> [LinePart] {
        let stream = try ByteStream.open(path)
        var splitter = LineSplitter(partBytes: partBytes)
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try stream.read(into: $0) }
            if count == 0 { break }
            chunk.withUnsafeBytes { splitter.take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        try stream.finish(reachedEnd: true)
        splitter.finish()
        return splitter.parts
    }

    private mutating func addObjects(_ prefix: String) async throws {
        guard let bucket else {
            throw QueueError(
                place: "source \(Self.bucketScheme)\(prefix)",
                reason: "no bucket is configured",
                remedy: "Give the cluster's --config with objects.store: s3")
        }
        for object in try await bucket.list(prefix) {
            guard object.byteCount > 0 else { continue }
            guard let format = format ?? SourceFormat.guess(path: object.key, isFolder: false),
                format != .folder
            else {
                plan.leftOut += 1
                continue
            }
            var file = FoundFile(
                place: .object(object.key), name: object.key, format: format,
                byteCount: object.byteCount)
            if let partBytes, file.isLarge(partBytes: partBytes) {
                report("finding the lines of \(object.key) (\(Quantities.bytes(file.byteCount)))")
                var splitter = LineSplitter(partBytes: partBytes)
                try await bucket.read(object.key, 0..<object.byteCount) { bytes in
                    bytes.withUnsafeBytes { splitter.take($0) }
                }
                splitter.finish()
                file.parts = splitter.parts
            }
            plan.files.append(file)
        }
    }
}
