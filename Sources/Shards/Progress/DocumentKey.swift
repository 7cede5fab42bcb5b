// A document's id as its bytes: `String` equality would make two ids of one text that is
// composed differently.

import Analysis

struct DocumentKey: Sendable, Hashable {
    let id: [UInt8]
    /// `DocumentRouting.hash` of the id: also how segments are searched for it.
    let tieKey: UInt64

    init(_ id: [UInt8]) {
        self.id = id
        tieKey = DocumentRouting.hash(id)
    }

    static func == (left: DocumentKey, right: DocumentKey) -> Bool {
        left.tieKey == right.tieKey && left.id == right.id
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(tieKey)
    }
}
