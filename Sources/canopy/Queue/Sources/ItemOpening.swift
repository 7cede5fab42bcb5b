// Opens what an item is read from with the reader of its format.

import Analysis
import Foundation

struct ItemOpening: Sendable {
    let source: ItemSource
    /// A local copy of an object's bytes; nil for what lies on this machine.
    let path: String?
    let idField: String?
    let columns: [String]?

    /// - Throws: `ImportError` when the source is not there, or not what it was.
    func open() throws -> sending (reader: any RecordReader, mappings: JSONValue?) {
        let path = try localPath()
        if source.format == .folder {
            guard let through = source.through else {
                throw ImportError("\(source.name): the item does not say which files it is of")
            }
            return (
                try FolderPartReader(root: path, after: source.after, through: through),
                FormatMappings.folder
            )
        }
        let stream = try stream(path)
        let input = LineInput([{ stream }])
        switch source.format {
        case .csv, .tsv:
            let reader = try DelimitedReader(
                input, dialect: source.format == .csv ? .csv : .tsv, names: columns,
                idField: idField)
            return (reader, FormatMappings.columns(reader.columns))
        case .debianPackages:
            return (DebianReader(input, idField: idField), FormatMappings.debianPackages)
        case .ndjson, .folder:
            return (NDJSONReader(input, idField: idField), nil)
        }
    }

    private func stream(_ local: String) throws -> ByteStream {
        // A copy holds the part alone.
        let bytes = path == nil ? source.bytes : nil
        return try ByteStream.open(
            local,
            part: .init(name: source.name, bytes: bytes, linesBefore: source.linesBefore))
    }

    private func localPath() throws -> String {
        if let path { return path }
        guard case .file(let path) = source.place else {
            throw ImportError("\(source.name): the object was not fetched")
        }
        if source.format == .folder { return path }
        let now = SourceFingerprint.of(path)
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw ImportError(
                "cannot read \(path): \(String(cString: strerror(errno))); every worker needs the "
                    + "source under the same path")
        }
        guard now.byteCount == source.byteCount, now.modifiedNanoseconds == source.modified else {
            throw ImportError(
                "\(path) changed since the queue was made: delete the queue and create it again, "
                    + "which replaces documents and doubles none")
        }
        return path
    }
}
