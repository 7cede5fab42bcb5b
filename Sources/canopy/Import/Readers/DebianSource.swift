// Finds apt's package lists on this machine and opens them in order.

import Foundation

enum DebianSource {
    /// Where apt keeps its lists.
    static let listFolder = "/var/lib/apt/lists"

    /// A reader for a list, a folder of lists, or `apt` (what this machine's apt knows).
    static func reader(path: String, idField: String?) throws -> DebianReader {
        let folder = path == "apt" ? listFolder : path
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
        guard path == "apt" || (exists && isFolder.boolValue) else {
            return DebianReader(LineInput([{ try ByteStream.open(path) }]), idField: idField)
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let lists = names.filter(isPackageList).sorted()
        let translations = try names.filter(isEnglishTranslation).sorted()
            .reduce(into: [:]) { all, name in
                try read(translations: folder + "/" + name, into: &all)
            }
        if lists.isEmpty {
            guard path == "apt" || folder == listFolder else {
                throw ImportError("\(path) holds no *_Packages lists")
            }
            return DebianReader(
                LineInput([{ try ByteStream.output(of: ["apt-cache", "dumpavail"]) }]),
                idField: idField, translations: translations)
        }
        return DebianReader(
            LineInput(lists.map { name in { try ByteStream.open(folder + "/" + name) } }),
            idField: idField, translations: translations)
    }

    /// `…_Packages` or a file named Packages, compressed or not.
    static func isPackageList(_ name: String) -> Bool {
        let plain = withoutCompression(name)
        return plain.hasSuffix("_Packages") || plain == "Packages"
    }

    private static func isEnglishTranslation(_ name: String) -> Bool {
        withoutCompression(name).hasSuffix("_Translation-en")
    }

    private static func withoutCompression(_ name: String) -> String {
        for suffix in ByteStream.compressedSuffixes where name.hasSuffix(suffix) {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    /// Long descriptions by Description-md5. They are the one thing held in memory whole: some
    /// 30 MB for all of Debian.
    private static func read(translations path: String, into all: inout [String: String]) throws {
        var input = LineInput([{ try ByteStream.open(path) }])
        var line: [UInt8] = []
        var paragraph = DebianParagraph()
        while true {
            line.removeAll(keepingCapacity: true)
            let step = try input.next(appendingTo: &line)
            let text = String(decoding: line, as: UTF8.self)
            if step == .end || text.isEmpty {
                if let key = paragraph["description-md5"], let long = paragraph["description-en"],
                    let end = long.firstIndex(of: "\n")
                {
                    all[key] = String(long[long.index(after: end)...])
                }
                paragraph = DebianParagraph()
            } else {
                _ = paragraph.take(text)
            }
            if step == .end { return try input.finish() }
        }
    }
}
