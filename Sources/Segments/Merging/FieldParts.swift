// What segments to be merged have of one field.

import Analysis

/// Where they give it types that cannot be one, that of the last stands: what the others have of it
/// is left out, and stays in the documents' sources alone. That takes a mapping that came back from
/// a backup and got the field anew, with another type.
struct FieldParts {
    /// By source.
    private(set) var fields: [FieldIndex?]
    private(set) var columns: [Column?]
    /// The union of their shapes.
    private(set) var shape: FieldShape = []

    init(_ path: Term, _ sources: [MergeSource]) {
        fields = sources.map { $0.reader.field(path.text) }
        columns = sources.map { $0.reader.column(path.text) }
        var kind: Column.Kind?
        for (index, source) in sources.enumerated().reversed() {
            guard let field = source.reader.summary.fields.first(where: { $0.path == path }) else {
                continue
            }
            let agrees =
                Self.haveOneDictionary(shape, field.shape)
                && (kind ?? columns[index]?.kind) == (columns[index]?.kind ?? kind)
            guard agrees else {
                fields[index] = nil
                columns[index] = nil
                continue
            }
            shape.formUnion(field.shape)
            kind = columns[index]?.kind ?? kind
        }
    }

    private static func haveOneDictionary(_ left: FieldShape, _ right: FieldShape) -> Bool {
        let parts = FieldShape.text.union(.ordinals)
        return !left.hasDictionary || !right.hasDictionary
            || left.intersection(parts) == right.intersection(parts)
    }
}
