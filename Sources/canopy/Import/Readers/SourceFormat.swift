// Which reader fits a source, by its name or its first bytes.

import ArgumentParser
import Foundation

enum SourceFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case ndjson, tsv, csv, folder
    case debianPackages = "debian-packages"

    /// Guesses from a path's name; nil when the name does not tell.
    static func guess(path: String, isFolder: Bool, entries: [String] = []) -> SourceFormat? {
        if path == "apt" { return .debianPackages }
        if isFolder {
            return entries.contains(where: DebianSource.isPackageList) ? .debianPackages : .folder
        }
        var name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        for suffix in ByteStream.compressedSuffixes where name.hasSuffix(suffix) {
            name.removeLast(suffix.count)
        }
        if name.hasSuffix("packages") || path.hasSuffix("/dpkg/status") { return .debianPackages }
        switch name.split(separator: ".").last.map(String.init) ?? "" {
        case "ndjson", "jsonl", "json": return .ndjson
        case "tsv", "tab": return .tsv
        case "csv": return .csv
        default: return nil
        }
    }

    /// The format of a source.
    /// - Throws: `ImportError` when it has to be told.
    static func detect(path: String) throws -> SourceFormat {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard exists || path == "-" || path == "apt" else {
            throw ImportError("\(path): no such file or folder")
        }
        let entries =
            isFolder.boolValue
            ? (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] : []
        if let format = guess(path: path, isFolder: isFolder.boolValue, entries: entries) {
            return format
        }
        let known = allCases.map(\.rawValue).joined(separator: ", ")
        throw ImportError(
            "\(path == "-" ? "standard input" : path) does not tell what it is; "
                + "say --format with one of \(known)")
    }
}
