// Copies of a shard in different zones, where the balance allows it.

extension CopyPlan {
    /// Moves copies, or exchanges them between two shards, as long as that takes copies of one
    /// shard apart and none together. Ends because each step leaves fewer that share a zone.
    mutating func spreadZones() {
        guard leaves.contains(where: { !$0.zone.isEmpty }) else { return }
        for shard in shards.indices {
            var crowded = holders(shard).filter { sharesZone(shard, $0) }
            while let leaf = crowded.popLast() {
                guard separate(shard, leaf) else { continue }
                crowded = holders(shard).filter { sharesZone(shard, $0) }
            }
        }
    }

    /// Whether the shard's copy on the leaf, or another in the same zone, could be moved elsewhere.
    private mutating func separate(_ shard: Int, _ leaf: Int) -> Bool {
        let zone = leaves[leaf].zone
        let crowded = holders(shard).filter { leaves[$0].zone == zone }
        // The owner and what is built already rather stay.
        let state = shards[shard]
        let givers = crowded.sorted {
            rank($0, state) != rank($1, state) ? rank($0, state) < rank($1, state) : $0 > $1
        }
        for giver in givers {
            let takers = leaves.indices.filter {
                !isHolder[shard][$0] && !sharesZone(shard, $0, without: giver)
            }
            if loads[giver] > bounds[giver].lowerBound,
                let taker = takers.first(where: { loads[$0] < bounds[$0].upperBound })
            {
                remove(shard, giver)
                add(shard, taker)
                return true
            }
            for taker in takers {
                guard let other = partner(of: shard, giver: giver, taker: taker) else { continue }
                remove(shard, giver)
                add(shard, taker)
                remove(other, taker)
                add(other, giver)
                return true
            }
        }
        return false
    }

    private func rank(_ leaf: Int, _ state: Shard) -> Int {
        (state.held.contains(leaf) ? 1 : 0) + (state.owner == leaf ? 2 : 0)
    }

    /// A shard that can take the giver for the taker without coming closer together.
    private func partner(of shard: Int, giver: Int, taker: Int) -> Int? {
        shards.indices.first { other in
            other != shard && isHolder[other][taker] && !isHolder[other][giver]
                && (!sharesZone(other, giver, without: taker) || sharesZone(other, taker))
        }
    }
}
