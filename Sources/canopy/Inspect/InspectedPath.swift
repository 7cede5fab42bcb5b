// What a path names: a segment, a log record, or a shard's folder.

import Foundation
import Shards

/// A reason why something cannot be inspected, or what is damaged in it.
struct InspectionError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

enum InspectedPath: Equatable {
    case segment
    case record(slot: UInt64)
    case shard

    private static let segmentMagic = Array("CANOPYSG".utf8)

    static func kind(of path: String) throws -> InspectedPath {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw InspectionError("no such file or folder")
        }
        if isFolder.boolValue {
            guard FileManager.default.fileExists(atPath: path + "/log") else {
                throw InspectionError("no shard's folder: it has no log/ in it")
            }
            return .shard
        }
        let start = try beginning(of: path)
        if start.starts(with: segmentMagic) { return .segment }
        guard start.starts(with: InspectedRecord.magic) else {
            throw InspectionError("neither a segment (CANOPYSG) nor a log record (CLOG)")
        }
        guard let slot = slot(ofName: URL(fileURLWithPath: path).lastPathComponent) else {
            throw InspectionError("a log record's name is its slot in digits; this is none")
        }
        return .record(slot: slot)
    }

    /// The slot that a record's file name says.
    static func slot(ofName name: String) -> UInt64? {
        name.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(name) : nil
    }

    private static func beginning(of path: String) throws -> [UInt8] {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            return Array(try handle.read(upToCount: segmentMagic.count) ?? Data())
        } catch {
            throw InspectionError("cannot be read: \(error.localizedDescription)")
        }
    }
}
