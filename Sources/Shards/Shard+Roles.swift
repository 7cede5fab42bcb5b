// Who may append to the log: becoming its owner, and being its owner no more.

import Storage

extension Shard {
    public enum Role: Sendable, Hashable {
        /// Appends to the log.
        case owner
        /// Follows the log, and serves searches and reads by id.
        case copy
    }

    public nonisolated var role: Role { published.role }

    /// Makes this copy the owner, from where it stands: reads what follows in the log, creates
    /// its fence, and has what the newest checkpoint lists. Returns at once for an owner.
    /// - Throws: `ShardError`, retryable where trying again may help; it is a copy still.
    public func promote() async throws(ShardError) {
        try checkUsable()
        try await readingTurn.pass { () async throws(ShardError) in
            // What the owner listed must be here before the first checkpoint of this one; better
            // to find out before the old owner is deposed.
            if adoption.newest != nil {
                try await readOn()
                try await adoptForPromotion()
            }
            var hasBegunAnew = false
            while stand.log == nil {
                try checkUsable()
                let incarnation = Self.incarnation(of: owner, environment.random)
                let driver = LogReaderDriver(location: location, environment: environment)
                let found = try await driver.run(from: stand.position, owner: incarnation)
                guard let found else {
                    try await beginAnew()
                    continue
                }
                guard try await follow(found.records, orBeginAnew: &hasBegunAnew) else {
                    continue
                }
                try await adoptForPromotion()
                try await logTurn.pass { () async throws(ShardError) in
                    try checkUsable()
                    guard stand.position == found.end else { throw deposedError }
                    own(ShardLog(fence: found.end, owner: incarnation))
                }
            }
        }
    }

    private func adoptForPromotion() async throws(ShardError) {
        do throws(ShardError) {
            try await adopt()
        } catch {
            throw ShardError(
                .unavailable, place: location.description,
                reason: "the segments of the newest checkpoint cannot be opened: \(error)",
                remedy: "try again; the shard stays a copy until then")
        }
    }

    /// With the log's turn, or before anybody else knows the shard.
    func own(_ log: ShardLog) {
        stand = .owning(log)
        progress.adopt(ifNewer: givenSchema)
        stalledSince = nil
        published.noteRole(.owner)
    }

    /// Makes this owner a copy: the create in flight is resolved, or given up when its outcome is
    /// unknown; writes that wait are refused as by a deposed owner. Returns at once for a copy.
    public func stepDown() async {
        await readingTurn.enter()
        defer { readingTurn.leave() }
        guard stand.log != nil else { return }
        isSteppingDown = true
        refuseQueue(deposedError)
        await logTurn.enter()
        followInstead()
        isSteppingDown = false
        logTurn.leave()
    }

    /// Another owner has the slot of the create in flight; with the log's turn.
    func deposed() {
        environment.logger.notice(
            "deposed: another owner wrote the next record",
            metadata: ["shard": "\(location)", "fence": "\(progress.terms.newest)"])
        refuseWaiting(deposedError)
        followInstead()
        events.onDeposed?()
        guard settings.worksInBackground else { return }
        Task {
            do throws(ShardError) {
                try await self.catchUp()
            } catch {
                if !self.isClosed { self.report("the new owner could not be followed", error) }
            }
        }
    }

    /// An owner's memory holds exactly its committed records, and its stored segments are those
    /// of its newest checkpoint; with the log's turn.
    private func followInstead() {
        guard let log = stand.log else { return }
        stand = .following(log.position)
        givenSchema = progress.returnToLoggedSchema()
        stalledSince = nil
        published.noteRole(.copy)
    }

    // MARK: Checking

    /// The end of the log, for its owner.
    func owned() throws(ShardError) -> ShardLog {
        guard let log = stand.log else { throw deposedError }
        return log
    }

    /// Throws unless the shard has been this owner's all the time.
    func checkOwner(_ fence: UInt64) throws(ShardError) {
        try checkUsable()
        guard try owned().fence == fence else { throw deposedError }
    }

    var canAppend: Bool { stand.log != nil && !isSteppingDown }
}
