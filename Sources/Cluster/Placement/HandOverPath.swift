// How something comes from a leaf that has too much to one that has room, where not every leaf can
// hand to every other.

enum HandOverPath {
    /// The shortest way, breadth first; nil where there is none.
    /// - Parameters:
    ///   - sources: Where it may begin, best first.
    ///   - order: All leaves, in the order in which they are tried.
    ///   - isRoomy: Where it may end.
    ///   - canHand: Whether the first leaf has something that the second can take.
    static func find(
        from sources: [Int], order: [Int], isRoomy: (Int) -> Bool, canHand: (Int, Int) -> Bool
    ) -> [Int]? {
        var previous: [Int: Int] = [:]
        var isSeen = Set(sources)
        var queue = sources
        var next = 0
        while next < queue.count {
            let giver = queue[next]
            next += 1
            for taker in order where !isSeen.contains(taker) && canHand(giver, taker) {
                isSeen.insert(taker)
                previous[taker] = giver
                if isRoomy(taker) {
                    var path = [taker]
                    while let giver = path.last.flatMap({ previous[$0] }) { path.append(giver) }
                    return path.reversed()
                }
                queue.append(taker)
            }
        }
        return nil
    }
}
