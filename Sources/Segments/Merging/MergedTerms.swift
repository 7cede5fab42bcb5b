// The terms of several dictionaries side by side.

/// Walks dictionaries in byte order, a term at a time with all inputs that have it.
struct MergedTerms {
    /// One input's place in its terms.
    struct Walk {
        let source: Int
        fileprivate let iterator: TermIterator
        var ordinal = 0
        var term: [UInt8]
        /// Nil in a dictionary without postings.
        var entry: TermEntry?
    }

    /// Those whose terms are not all behind.
    private var walks: [Walk] = []
    /// Places in `walks` of those that the last term came from.
    private var last: [Int] = []

    /// - Parameter dictionaries: by source; nil where the field has none.
    init(_ dictionaries: [TermDictionary?]) throws {
        for (source, dictionary) in dictionaries.enumerated() {
            guard let dictionary else { continue }
            let iterator = TermIterator(dictionary, from: nil, to: nil)
            guard let (term, entry) = try iterator.step() else { continue }
            walks.append(Walk(source: source, iterator: iterator, term: term, entry: entry))
        }
    }

    /// The next term and the inputs that have it, in their order; nil after the last.
    mutating func next() throws -> (term: [UInt8], walks: [Walk])? {
        try advance()
        guard var smallest = walks.first?.term else { return nil }
        for walk in walks.dropFirst() where ByteOrder.precedes(walk.term, smallest) {
            smallest = walk.term
        }
        last = walks.indices.filter { walks[$0].term == smallest }
        return (smallest, last.map { walks[$0] })
    }

    private mutating func advance() throws {
        for index in last.reversed() {
            if let (term, entry) = try walks[index].iterator.step() {
                walks[index].term = term
                walks[index].entry = entry
                walks[index].ordinal += 1
            } else {
                walks.remove(at: index)
            }
        }
        last.removeAll(keepingCapacity: true)
    }
}
