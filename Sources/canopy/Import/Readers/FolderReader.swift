// A folder of text, Markdown and HTML files: one document a file, its path the id.

import Analysis
import Foundation

/// Walks a folder in a fixed order (byte order of names, depth first), following no links and
/// passing over hidden entries. Holds the names of one path of folders and one file at a time.
struct FolderReader: RecordReader {
    /// The largest file taken, in bytes.
    static let maximumFileBytes = 32 << 20

    private let root: String
    /// Entries still to visit, the next one last; paths are relative to the root.
    private var pending: [String] = []
    private var resumeAfter: [Substring]?
    private(set) var position = ReadPosition()
    let fraction: Double? = nil

    init(root: String) throws {
        self.root = root
        try descend(into: "")
    }

    mutating func next(into record: inout ImportRecord) throws -> RecordStep {
        while let path = pending.popLast() {
            record.clear()
            record.place = RecordPlace(source: path, line: 0)
            let full = root + "/" + path
            var status = stat()
            guard lstat(full, &status) == 0 else {
                position.path = path
                return .malformed(reason: String(cString: strerror(errno)))
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                try descend(into: path)
                continue
            }
            guard status.st_mode & S_IFMT == S_IFREG,
                let kind = DocumentFile.Kind(path: path), !isDone(path)
            else { continue }
            position.path = path
            guard status.st_size <= Self.maximumFileBytes else {
                return .malformed(
                    reason: "the file has \(status.st_size) bytes; at most "
                        + "\(Self.maximumFileBytes) are taken")
            }
            return read(path, kind, status, into: &record)
        }
        return .end
    }

    mutating func skip(to position: ReadPosition) throws {
        self.position = position
        resumeAfter = position.path?.split(separator: "/")
    }

    mutating func finish() throws { pending = [] }

    private mutating func descend(into path: String) throws {
        let folder = path.isEmpty ? root : root + "/" + path
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw ImportError("cannot read the folder \(folder): \(error.localizedDescription)")
        }
        let visible = names.filter { !$0.hasPrefix(".") }.sorted(by: Self.byteOrder)
        pending += visible.reversed().map { path.isEmpty ? $0 : path + "/" + $0 }
    }

    /// Whether an earlier run took this path or passed it.
    private func isDone(_ path: String) -> Bool {
        guard let resumeAfter else { return false }
        let parts = path.split(separator: "/")
        for (left, right) in zip(parts, resumeAfter) where left != right {
            return Self.byteOrder(left, right)
        }
        return parts.count <= resumeAfter.count
    }

    private static func byteOrder(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool
    {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private func read(
        _ path: String, _ kind: DocumentFile.Kind, _ status: stat,
        into record: inout ImportRecord
    ) -> RecordStep {
        guard let data = FileManager.default.contents(atPath: root + "/" + path) else {
            return .malformed(reason: "the file cannot be read")
        }
        if data.prefix(8192).contains(0) { return .malformed(reason: "the file is not text") }
        let file = DocumentFile(String(decoding: data, as: UTF8.self), kind: kind, path: path)
        record.id.append(contentsOf: path.utf8)
        record.write { writer in
            writer.member("title", file.title)
            writer.member("path", path)
            writer.member("format", kind.rawValue)
            writer.key("bytes")
            writer.integer(Int64(data.count))
            writer.key("modified")
            writer.integer(status.modificationNanoseconds / 1_000_000)
            for (name, values) in file.properties {
                if values.count == 1 {
                    writer.member(name, values[0])
                } else {
                    writer.optionalMember(name, values)
                }
            }
            writer.member("body", file.body)
        }
        return .record
    }
}
