// Why an import stops.

/// A reason to stop an import as a whole, with its remedy.
struct ImportError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
