// Feeds texts to the importer's readers through real files, and collects what they yield.
import Foundation
@testable import canopy

/// What a reader yielded.
struct ReadRecord: Equatable {
    var line: Int64
    var id: String
    /// The document, or why there is none.
    var document: String
    var isMalformed = false
}

/// A folder of files that is removed with the value.
final class TemporaryFolder {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        var template = Array((NSTemporaryDirectory() + "/canopy-test-XXXX" + "XX").utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(
            decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for (name, text) in files { try write(name, Data(text.utf8)) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ data: Data) throws {
        let target = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: target)
    }

    func file(_ name: String) -> String { path + "/" + name }
}

/// The lines of a text, as a reader gets them from a file of that name.
func lines(_ text: String, in folder: TemporaryFolder, name: String) throws -> LineInput {
    try folder.write(name, Data(text.utf8))
    let path = folder.file(name)
    return LineInput([{ try ByteStream.open(path) }])
}

/// Reads to the end.
func readAll(_ reader: inout some RecordReader) throws -> [ReadRecord] {
    var record = ImportRecord()
    var all: [ReadRecord] = []
    while true {
        let step = try reader.next(into: &record)
        let line = record.place.line
        switch step {
        case .end: return all
        case .record:
            all.append(
                ReadRecord(
                    line: line, id: String(decoding: record.id, as: UTF8.self),
                    document: String(decoding: record.document, as: UTF8.self)))
        case .malformed(let reason):
            all.append(ReadRecord(line: line, id: "", document: reason, isMalformed: true))
        }
    }
}
