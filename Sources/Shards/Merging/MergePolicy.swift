// Which segments to merge next: tiers of like size, four to a tier, and segments that are mostly
// dead first. After Lucene's TieredMergePolicy in spirit. A shard that nobody writes to is merged
// further, for the sake of searches. Pure: sizes in, a choice out.

public struct MergePolicy: Sendable, Hashable {
    /// Segments of one tier before they are merged, and the ratio of one tier to the next.
    public var segmentsPerTier = 4
    /// Smaller segments count as this large, so that tiny ones end up in one tier.
    public var floorBytes = 2 << 20
    /// No merge makes a larger segment, as far as live bytes tell.
    public var maximumBytes = 256 << 20
    /// A segment with a larger share of dead documents is rewritten whatever its size.
    public var deletedShare = 0.3

    public init() {}

    struct Candidate: Sendable, Hashable {
        let number: Int
        let bytes: Int
        let documents: Int
        let deleted: Int

        var liveBytes: Int {
            documents == 0
                ? 0 : Int(Double(bytes) * Double(documents - deleted) / Double(documents))
        }
    }

    /// Numbers of the segments to merge into one, oldest first; nil when all is well. A choice of
    /// one is a segment to be rewritten without its dead documents.
    /// - Parameter isQuiet: nobody writes to the shard.
    func choose(_ segments: [Candidate], isQuiet: Bool = false) -> [Int]? {
        deadliest(segments) ?? fullestTier(segments) ?? (isQuiet ? longestRun(segments) : nil)
    }

    /// The most segments that can become one in which none of them makes up more than two thirds
    /// (tiny ones aside), so that a document is rewritten as its segment grows by half.
    private func longestRun(_ segments: [Candidate]) -> [Int]? {
        let ascending = segments.sorted { ($0.liveBytes, $0.number) < ($1.liveBytes, $1.number) }
        var longest: ArraySlice<Candidate> = []
        for start in ascending.indices {
            var end = start
            var total = 0
            var weight = 0
            while end < ascending.endIndex, end - start < Self.largestRun {
                let next = ascending[end].liveBytes
                guard end == start || next <= 2 * weight, total + next <= maximumBytes else {
                    break
                }
                total += next
                weight += max(next, floorBytes)
                end += 1
            }
            if end - start > longest.count { longest = ascending[start..<end] }
        }
        guard longest.count > 1 else { return nil }
        let chosen = Set(longest.map(\.number))
        return segments.map(\.number).filter(chosen.contains)
    }

    /// Segments merged at once at most.
    private static let largestRun = 16

    private func deadliest(_ segments: [Candidate]) -> [Int]? {
        let mostlyDead = segments.filter {
            $0.documents > 0 && Double($0.deleted) > deletedShare * Double($0.documents)
        }
        guard !mostlyDead.isEmpty else { return nil }
        return fitting(mostlyDead)
    }

    private func fullestTier(_ segments: [Candidate]) -> [Int]? {
        let tiers = Dictionary(grouping: segments.filter { $0.liveBytes < maximumBytes }) {
            tier($0.liveBytes)
        }
        for tier in tiers.keys.sorted() {
            guard let members = tiers[tier], members.count >= segmentsPerTier else { continue }
            let chosen = fitting(members)
            if chosen.count > 1 { return chosen }
        }
        return nil
    }

    private func tier(_ bytes: Int) -> Int {
        var tier = 0
        var bound = floorBytes
        while bytes > bound && tier < 16 {
            tier += 1
            bound = bound.multipliedReportingOverflow(by: segmentsPerTier).partialValue
        }
        return tier
    }

    /// The smallest that fit in one segment together, at least one, in their old order.
    private func fitting(_ segments: [Candidate]) -> [Int] {
        var total = 0
        var chosen: Set<Int> = []
        for segment in segments.sorted(by: { ($0.liveBytes, $0.number) < ($1.liveBytes, $1.number) }
        ) {
            guard chosen.count < segmentsPerTier else { break }
            guard chosen.isEmpty || total + segment.liveBytes <= maximumBytes else { break }
            total += segment.liveBytes
            chosen.insert(segment.number)
        }
        return segments.map(\.number).filter(chosen.contains)
    }
}
