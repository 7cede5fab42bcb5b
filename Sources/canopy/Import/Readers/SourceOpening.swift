// Opens a source with the reader of its format, and says how its documents are best mapped.

import Analysis

struct SourceOpening {
    let path: String
    let format: SourceFormat
    let idField: String?
    let columns: [String]?

    func open() throws -> sending (reader: any RecordReader, mappings: JSONValue?) {
        let path = path
        switch format {
        case .ndjson:
            let stream = try ByteStream.open(path)
            return (NDJSONReader(LineInput([{ stream }]), idField: idField), nil)
        case .csv, .tsv:
            let stream = try ByteStream.open(path)
            let reader = try DelimitedReader(
                LineInput([{ stream }]), dialect: format == .csv ? .csv : .tsv, names: columns,
                idField: idField)
            return (reader, FormatMappings.columns(reader.columns))
        case .folder:
            return (try FolderReader(root: path), FormatMappings.folder)
        case .debianPackages:
            return (
                try DebianSource.reader(path: path, idField: idField),
                FormatMappings.debianPackages
            )
        }
    }
}
