// The terms of every document, turned round from the postings of the segments to be merged.

import Analysis

/// Collects which terms connect the documents of a merge, within the limits.
struct ForwardIndex {
    /// A term of one field, where the inputs have it.
    private struct Connection {
        /// Documents, the dead included.
        let frequency: Int
        let places: [Place]

        typealias Place = (field: FieldIndex, source: Int, entry: TermEntry)
    }

    private let sources: [MergeSource]
    private let documentCount: Int
    /// The most frequent first.
    private var connections: [Connection] = []

    /// - Parameter sources: numbered as they come.
    init(
        _ sources: [MergeSource], documentCount: Int, _ limits: ReorderLimits,
        _ isCancelled: () -> Bool
    ) throws {
        self.sources = sources
        self.documentCount = documentCount
        let largest = Int(Double(documentCount) * limits.maximumShare)
        let smallest = max(limits.minimumFrequency, 2)
        let paths = Set(sources.flatMap { $0.reader.summary.fields.map(\.path) }).sorted()
        for path in paths {
            if isCancelled() { throw CancellationError() }
            let fields = sources.map { $0.reader.field(path.text) }
            var terms = try MergedTerms(fields.map { $0?.dictionary })
            while let (_, walks) = try terms.next() {
                let frequency = walks.reduce(0) { $0 + ($1.entry?.documentFrequency ?? 0) }
                guard smallest <= frequency, frequency <= largest else { continue }
                let places = walks.compactMap { walk -> Connection.Place? in
                    guard let field = fields[walk.source], let entry = walk.entry else {
                        return nil
                    }
                    return (field, walk.source, entry)
                }
                connections.append(Connection(frequency: frequency, places: places))
            }
        }
        keep(
            atMost: min(limits.memoryBytes / DocumentGraph.bytesPerPosting, Int(UInt32.max)))
    }

    /// Leaves out the most frequent terms until there are no more postings than that.
    private mutating func keep(atMost postings: Int) {
        connections.sort { $0.frequency > $1.frequency }
        var total = connections.reduce(0) { $0 + $1.frequency }
        let first = connections.firstIndex { connection in
            defer { total -= connection.frequency }
            return total <= postings
        }
        connections.removeFirst(first ?? connections.count)
    }

    /// Nil: no two documents are connected.
    func graph(_ isCancelled: () -> Bool) throws -> DocumentGraph? {
        // First how many terms each document has, then where its next term goes.
        var places = [UInt32](repeating: 0, count: documentCount)
        try forEachPosting(isCancelled) { _, document in places[document] += 1 }
        var total: UInt32 = 0
        for document in places.indices {
            let count = places[document]
            places[document] = total
            total += count
        }
        if total == 0 { return nil }
        var terms = [UInt32](repeating: 0, count: Int(total))
        try terms.withUnsafeMutableBufferPointer { terms in
            try forEachPosting(isCancelled) { term, document in
                terms[Int(places[document])] = term
                places[document] += 1
            }
        }
        return DocumentGraph(
            documents: Array(0..<UInt32(documentCount)), ends: places, terms: terms,
            termCount: connections.count)
    }

    private func forEachPosting(
        _ isCancelled: () -> Bool, _ body: (_ term: UInt32, _ document: Int) -> Void
    ) throws {
        for (term, connection) in connections.enumerated() {
            if isCancelled() { throw CancellationError() }
            for (field, source, entry) in connection.places {
                let numbers = sources[source].numbers
                let cursor = try field.postings(entry, positions: false)
                while try cursor.nextBlock() {
                    for index in 0..<cursor.count {
                        let number = numbers[Int(cursor.documents[index])]
                        if number != MergeSource.dead { body(UInt32(term), Int(number)) }
                    }
                }
            }
        }
    }
}
