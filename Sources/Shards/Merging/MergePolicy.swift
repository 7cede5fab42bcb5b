// Which segments to merge next: tiers of like size, four to a tier, and segments that are mostly
// dead first. After Lucene's TieredMergePolicy in spirit. Pure: sizes in, a choice out.

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
    func choose(_ segments: [Candidate]) -> [Int]? {
        deadliest(segments) ?? fullestTier(segments)
    }

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
