// What requests cost, in the units that rate limits count.

enum RequestCost {
    /// Any request, before it is known what it takes; a cached answer costs no more.
    static let base = 1.0
    /// A search that went to the leaves, beyond the base.
    static let searchMiss = 4.0
    /// Per MiB of a bulk body, beyond the base.
    static let bulkMebibyte = 4.0

    static func bulk(byteCount: Int) -> Double {
        bulkMebibyte * Double(byteCount) / Double(1 << 20)
    }
}
