// What an interrupted import leaves behind, so that the next run goes on where it stopped.

import Analysis
import Foundation

/// The acknowledged part of one source in one index.
struct ImportCheckpoint: Equatable, Sendable {
    var source: SourceFingerprint
    var index: String
    /// Which index of that name: one that was deleted and made anew is another.
    var indexUUID: String
    var url: String
    var position: ReadPosition
    var indexed: Int64
    var refused: Int64

    /// The file's format, so that later versions can tell.
    private static let formatVersion: Int64 = 2

    func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("kind", "canopy-import-checkpoint")
        writer.key("version")
        writer.integer(Self.formatVersion)
        writer.member("source", source.path)
        writer.key("source_bytes")
        writer.integer(source.byteCount)
        writer.key("source_modified_ns")
        writer.integer(source.modifiedNanoseconds)
        writer.member("index", index)
        writer.member("index_uuid", indexUUID)
        writer.member("url", url)
        writer.key("acknowledged_bytes")
        writer.integer(position.byteOffset)
        writer.optionalMember("acknowledged_path", position.path)
        writer.key("indexed")
        writer.integer(indexed)
        writer.key("refused")
        writer.integer(refused)
        writer.endObject()
        return writer.bytes + [0x0A]
    }

    init(encoded bytes: [UInt8], file: String) throws {
        let damaged = ImportError(
            "\(file) is no checkpoint of this program, or damaged; --restart imports from the start"
        )
        guard let json = try? JSONParser.parse(bytes),
            json["kind"]?.stringValue == "canopy-import-checkpoint",
            json["version"]?.integerValue == Self.formatVersion,
            let path = json["source"]?.stringValue,
            let byteCount = json["source_bytes"]?.integerValue,
            let modified = json["source_modified_ns"]?.integerValue,
            let index = json["index"]?.stringValue,
            let uuid = json["index_uuid"]?.stringValue, let url = json["url"]?.stringValue,
            let offset = json["acknowledged_bytes"]?.integerValue, offset >= 0,
            let indexed = json["indexed"]?.integerValue, let refused = json["refused"]?.integerValue
        else { throw damaged }
        source = SourceFingerprint(
            path: path, byteCount: byteCount, modifiedNanoseconds: modified)
        position = ReadPosition(byteOffset: offset, path: json["acknowledged_path"]?.stringValue)
        (self.index, self.indexUUID, self.url) = (index, uuid, url)
        (self.indexed, self.refused) = (indexed, refused)
    }

    init(
        source: SourceFingerprint, index: String, indexUUID: String, url: String,
        position: ReadPosition, indexed: Int64, refused: Int64
    ) {
        (self.source, self.index, self.indexUUID, self.url) = (source, index, indexUUID, url)
        (self.position, self.indexed, self.refused) = (position, indexed, refused)
    }

    /// Why this checkpoint does not fit an import, or nil.
    func mismatch(source: SourceFingerprint, index: String, url: String) -> String? {
        if self.source.path != source.path { return "it is of \(self.source.path)" }
        if self.index != index { return "it is of the index \(self.index)" }
        if self.url != url { return "it is of the server \(self.url)" }
        if self.source != source { return "\(source.path) changed since" }
        return nil
    }
}

/// What tells one state of a source from another.
struct SourceFingerprint: Equatable, Sendable {
    /// Absolute for files and folders.
    let path: String
    /// Zero for what has no fixed size.
    let byteCount: Int64
    let modifiedNanoseconds: Int64

    /// Folders are told by their path alone: their files are, each by its own.
    static func of(_ path: String) -> SourceFingerprint {
        guard path != "-" && path != "apt" else {
            return SourceFingerprint(path: path, byteCount: 0, modifiedNanoseconds: 0)
        }
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        var status = stat()
        guard stat(absolute, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return SourceFingerprint(path: absolute, byteCount: 0, modifiedNanoseconds: 0)
        }
        return SourceFingerprint(
            path: absolute, byteCount: Int64(status.st_size),
            modifiedNanoseconds: status.modificationNanoseconds)
    }
}

extension stat {
    /// The time of the last change, in nanoseconds since 1970.
    var modificationNanoseconds: Int64 {
        #if os(Linux)
            let time = st_mtim
        #else
            let time = st_mtimespec
        #endif
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
