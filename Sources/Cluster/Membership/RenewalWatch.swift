// Which entries of the metadata store are kept alive, judged by whether they still change. No
// clocks need agree: only this node's is looked at.

import Storage

/// Only looks count, and each for half a lease at most: so it takes two that are apart. After a
/// pause, of this node or of the store, counting begins again, for the others may have been
/// kept from renewing or we from seeing it.
struct RenewalWatch<Entry: Sendable>: Sendable {
    private struct Sighting {
        var entry: Entry
        var version: Int64
        /// Whether the entry changed while this node watched.
        var hasRenewed = false
        /// For how long looks have found the entry unchanged.
        var quiet = Duration.zero
    }

    let lease: Duration
    private var sightings: [String: Sighting] = [:]
    private var lastLook: Instant?

    init(lease: Duration) {
        self.lease = lease
    }

    /// Takes what the store holds. Entries that cannot be read are left out.
    /// - Parameters:
    ///   - now: When the store was asked, not when it answered.
    ///   - read: Nil: not to be read.
    mutating func update(
        _ listing: MetadataListing, now: Instant, _ read: (MetadataEntry) -> Entry?
    ) {
        let gap = lastLook.map { now - $0 } ?? .zero
        let isInterrupted = lastLook == nil || gap > lease * 2
        let counted = min(gap, lease / 2)
        lastLook = now
        var next: [String: Sighting] = [:]
        for stored in listing.entries {
            guard let entry = read(stored) else { continue }
            guard var known = sightings[stored.key] else {
                next[stored.key] = Sighting(entry: entry, version: stored.value.version)
                continue
            }
            if known.version != stored.value.version {
                known = Sighting(
                    entry: entry, version: stored.value.version, hasRenewed: true)
            } else {
                known.quiet = isInterrupted ? .zero : known.quiet + counted
            }
            next[stored.key] = known
        }
        sightings = next
    }

    /// The store could not be read: nobody is taken for dead because of that.
    mutating func interrupt() { lastLook = nil }

    /// In the keys' order.
    /// - Parameter firstLease: Instead of the lease, for entries that were never seen to change;
    ///   zero: they do not count.
    func live(firstLease: Duration) -> [Entry] {
        sightings.filter { $0.value.quiet < ($0.value.hasRenewed ? lease : firstLease) }
            .sorted { $0.key < $1.key }.map(\.value.entry)
    }

    /// Keys of entries that nobody has renewed for so long, and their versions.
    func abandoned(for limit: Duration) -> [(key: String, version: Int64)] {
        sightings.filter { $0.value.quiet >= limit }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.version) }
    }
}
