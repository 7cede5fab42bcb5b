// Completions of what somebody has begun to type.

import Analysis

/// A completion and its document.
public struct Completion: Sendable, Hashable {
    public var entry: CompletionEntry
    /// Tie key, address and leaf of the document. It has no score.
    public var hit: Hit

    public init(entry: CompletionEntry, hit: Hit) {
        self.entry = entry
        self.hit = hit
    }
}

/// The best completions of some shards, or of all. They come by weight, the heaviest first, then by
/// the bytes of form and surface, then as hits of equal scores do. Of each document only the first
/// one counts or, where duplicates are skipped, of each surface.
public struct Completions: Sendable, Hashable {
    public private(set) var best: [Completion] = []
    private let size: Int
    private let skipsDuplicates: Bool

    public init(_ beginning: CompletionBeginning) {
        size = beginning.size
        skipsDuplicates = beginning.skipsDuplicates
    }

    private struct Document: Hashable {
        let leaf: Int
        let address: HitAddress
    }

    /// Adds completions of other documents, or more of the same. What is among the best of all is
    /// among the best of every part that has it.
    /// - Parameter order: of hits with equal tie keys; the order in which they come where it cannot
    ///   tell.
    public mutating func add(
        _ more: [Completion], identity: (Completion, Completion) -> Bool? = { _, _ in nil }
    ) {
        guard !more.isEmpty else { return }
        let ranked = (best + more).enumerated().sorted { a, b in
            Self.precedes(a.element, b.element)
                ?? identity(a.element, b.element) ?? (a.offset < b.offset)
        }
        var surfaces: Set<[UInt8]> = []
        var documents: Set<Document> = []
        best = []
        for (_, completion) in ranked where best.count < size {
            let isNew =
                skipsDuplicates
                ? surfaces.insert(completion.entry.surface).inserted
                : documents.insert(
                    Document(leaf: completion.hit.leaf, address: completion.hit.address)
                ).inserted
            if isNew { best.append(completion) }
        }
    }

    /// As many as are wanted.
    public var isFull: Bool { best.count >= size }

    /// Nil: only the documents' ids can tell.
    private static func precedes(_ a: Completion, _ b: Completion) -> Bool? {
        if a.entry.weight != b.entry.weight { return a.entry.weight > b.entry.weight }
        if a.entry.form != b.entry.form {
            return a.entry.form.lexicographicallyPrecedes(b.entry.form)
        }
        if a.entry.surface != b.entry.surface {
            return a.entry.surface.lexicographicallyPrecedes(b.entry.surface)
        }
        if a.hit.tieKey != b.hit.tieKey { return a.hit.tieKey < b.hit.tieKey }
        if a.hit.address.shard != b.hit.address.shard {
            return a.hit.address.shard < b.hit.address.shard
        }
        return nil
    }
}
