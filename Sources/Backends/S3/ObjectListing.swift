// One page of a bucket's list of objects: the answer to ListObjectsV2.

struct ObjectListing: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        let key: String
        /// Nil where the store does not say.
        let byteCount: Int64?
    }

    /// In the store's order.
    let entries: [Entry]
    /// What the next page is asked for with; nil on the last one.
    let continuation: String?

    var keys: [String] { entries.map(\.key) }

    init(_ bytes: [UInt8]) throws(XMLFault) {
        let root = try XMLNode(bytes)
        guard root.name == "ListBucketResult" else {
            throw XMLFault(offset: 0, reason: "'\(root.name)' is no list of objects")
        }
        var entries: [Entry] = []
        for node in root.children where node.name == "Contents" {
            guard let key = node.value("Key"), !key.isEmpty else {
                throw XMLFault(offset: 0, reason: "an object without a key")
            }
            entries.append(Entry(key: key, byteCount: node.value("Size").flatMap { Int64($0) }))
        }
        self.entries = entries
        switch root.value("IsTruncated") {
        case "false": continuation = nil
        case "true":
            guard let token = root.value("NextContinuationToken"), !token.isEmpty else {
                throw XMLFault(offset: 0, reason: "more is to come, but it does not say how")
            }
            continuation = token
        default: throw XMLFault(offset: 0, reason: "it does not say whether it is whole")
        }
    }
}
