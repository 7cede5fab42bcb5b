// One page of a bucket's list of objects: the answer to ListObjectsV2.

struct ObjectListing: Sendable, Hashable {
    /// In the store's order.
    let keys: [String]
    /// What the next page is asked for with; nil on the last one.
    let continuation: String?

    init(_ bytes: [UInt8]) throws(XMLFault) {
        let root = try XMLNode(bytes)
        guard root.name == "ListBucketResult" else {
            throw XMLFault(offset: 0, reason: "'\(root.name)' is no list of objects")
        }
        var keys: [String] = []
        for node in root.children where node.name == "Contents" {
            guard let key = node.value("Key"), !key.isEmpty else {
                throw XMLFault(offset: 0, reason: "an object without a key")
            }
            keys.append(key)
        }
        self.keys = keys
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
