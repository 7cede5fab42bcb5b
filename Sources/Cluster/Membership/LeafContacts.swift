// Which leaves one root has lost touch with: a plain value that is told what came of its probes.

import Storage

struct LeafContacts: Sendable {
    private struct Contact {
        /// For how long probes have stayed unanswered.
        var silent = Duration.zero
        /// For how long all have been answered, since the leaf was lost.
        var heard = Duration.zero
        var isLost = false
    }

    /// How long a leaf stays silent until it counts as lost.
    static let patience = Duration.seconds(3)
    /// How long a lost leaf must answer until it counts as found: it may be lost again at once.
    static let probation = Duration.seconds(2)
    /// What one round counts at most: while this root stood still it has heard nobody.
    static let longestRound = Duration.seconds(1)

    private var contacts: [String: Contact] = [:]
    private var lastRound: Instant?
    private var watched = Duration.zero

    /// One round of probes has ended.
    /// - Parameters:
    ///   - leaves: Those that were probed; others are forgotten.
    ///   - answered: Those that answered.
    mutating func update(_ leaves: [String], answered: Set<String>, now: Instant) {
        let counted = min(lastRound.map { now - $0 } ?? .zero, Self.longestRound)
        lastRound = now
        watched += counted
        var next: [String: Contact] = [:]
        for leaf in leaves {
            var contact = contacts[leaf] ?? Contact()
            if answered.contains(leaf) {
                contact.silent = .zero
                contact.heard += counted
                if contact.heard >= Self.probation { contact.isLost = false }
            } else {
                contact.heard = .zero
                contact.silent += counted
                if contact.silent >= Self.patience { contact.isLost = true }
            }
            if !contact.isLost { contact.heard = .zero }
            next[leaf] = contact
        }
        contacts = next
    }

    /// Whether it has probed for long enough to say of any leaf that it is lost.
    var isInformed: Bool { watched >= Self.patience }

    var lost: Set<String> { Set(contacts.filter(\.value.isLost).keys) }
}
