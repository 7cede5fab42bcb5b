// A queue's entries in the metadata store: read, written, compared and set.

import Cluster

/// The entries of queues: one for each queue, and one for each page of `QueuePage.itemCount` items.
struct QueueStore: Sendable {
    /// A page as it was found.
    struct Page: Sendable {
        let number: Int
        let items: [WorkItem]
        let version: Int64
    }

    let metadata: any MetadataStore

    /// All queues, by name.
    func heads() async throws -> [QueueHead] {
        try await metadata.list(prefix: QueueHead.prefix).entries.map {
            try QueueHead(encoded: $0.value.value, key: $0.key)
        }
    }

    /// - Throws: `QueueError` when there is no such queue.
    func head(_ name: String) async throws -> (head: QueueHead, version: Int64) {
        let key = QueueHead.prefix + name
        guard let found = try await metadata.get(key) else {
            let others = try await metadata.list(prefix: QueueHead.prefix).entries
                .prefix(20).map { String($0.key.dropFirst(QueueHead.prefix.count)) }
            throw QueueError(
                place: "queue \(name)", reason: "there is no such queue",
                remedy: others.isEmpty
                    ? "Make it with `canopy queue create`, or name the cluster's metadata store "
                        + "with --config, --data or --set"
                    : "There are: " + others.joined(separator: ", "))
        }
        return (try QueueHead(encoded: found.value, key: key), found.version)
    }

    /// Writes the pages, then says that the queue is ready.
    /// - Parameter written: Called with the number of items written so far.
    func create(
        _ head: QueueHead, _ items: [WorkItem], written: (Int) -> Void = { _ in }
    ) async throws {
        let first = try await metadata.compareAndSet(
            head.key, expected: nil, value: head.encoded())
        guard case .stored(let version) = first else {
            throw QueueError(
                place: "queue \(head.name)", reason: "there is a queue of this name",
                remedy: "Choose another name, or remove it: canopy queue delete \(head.name)")
        }
        for page in 0..<head.pageCount {
            let start = page * QueuePage.itemCount
            let end = min(start + QueuePage.itemCount, items.count)
            let outcome = try await metadata.compareAndSet(
                head.pageKey(page), expected: nil,
                value: QueuePage.encoded(Array(items[start..<end])))
            guard outcome != .conflict else { throw Self.disturbed(head.name) }
            written(end)
        }
        var ready = head
        ready.isReady = true
        guard
            try await metadata.compareAndSet(
                head.key, expected: version, value: ready.encoded()) != .conflict
        else { throw Self.disturbed(head.name) }
    }

    /// Every page, ascending.
    func pages(of head: QueueHead) async throws -> [Page] {
        try await metadata.list(prefix: head.pagesPrefix).entries.compactMap { entry in
            try head.page(ofKey: entry.key).map {
                Page(
                    number: $0, items: try QueuePage.items(entry.value.value, key: entry.key),
                    version: entry.value.version)
            }
        }
    }

    /// - Throws: `QueueError` when it is there no more.
    func page(_ number: Int, of head: QueueHead) async throws -> Page {
        let key = head.pageKey(number)
        guard let found = try await metadata.get(key) else { throw Self.gone(head.name) }
        return Page(
            number: number, items: try QueuePage.items(found.value, key: key),
            version: found.version)
    }

    func store(_ change: WorkQueue.Change, of head: QueueHead) async throws -> CompareAndSetOutcome
    {
        try await metadata.compareAndSet(
            head.pageKey(change.page), expected: change.expected,
            value: QueuePage.encoded(change.items))
    }

    /// Notes which index the queue fills, the first time.
    /// - Throws: `QueueError` when it began with another index of that name.
    func bind(_ name: String, toIndex uuid: String) async throws {
        while true {
            var (head, version) = try await head(name)
            if let known = head.indexUUID {
                guard known != uuid else { return }
                throw QueueError(
                    place: "queue \(name)",
                    reason: "the index \(head.index) is not the one it began to fill: that one "
                        + "was deleted",
                    remedy: "Delete the queue and create it again, to begin at the start")
            }
            head.indexUUID = uuid
            let outcome = try await metadata.compareAndSet(
                head.key, expected: version, value: head.encoded())
            if outcome != .conflict { return }
        }
    }

    /// Changes what the head says of an offline queue's index.
    /// - Throws: `QueueError` when it is not this queue any more.
    func update(
        _ head: QueueHead, _ change: (inout OfflineIndex) -> Void
    ) async throws -> QueueHead {
        while true {
            var (current, version) = try await self.head(head.name)
            guard current.id == head.id, var index = current.offline else {
                throw Self.gone(head.name)
            }
            change(&index)
            guard index != current.offline else { return current }
            current.offline = index
            let outcome = try await metadata.compareAndSet(
                current.key, expected: version, value: current.encoded())
            if outcome != .conflict { return current }
        }
    }

    /// Gives the items that were set aside another chance.
    /// - Returns: how many there were.
    func retry(_ head: QueueHead) async throws -> Int {
        var count = 0
        for number in 0..<head.pageCount {
            while true {
                let page = try await page(number, of: head)
                let failed = page.items.count { $0.state == .failed }
                guard failed > 0 else { break }
                var items = page.items
                for place in items.indices { items[place].retry() }
                let outcome = try await metadata.compareAndSet(
                    head.pageKey(number), expected: page.version,
                    value: QueuePage.encoded(items))
                guard outcome != .conflict else { continue }
                count += failed
                break
            }
        }
        return count
    }

    /// Removes a queue, also one whose making or removal was interrupted.
    /// - Parameter clear: Called when nobody can take an item any more, before the queue is
    ///   forgotten.
    func delete(_ name: String, clear: () async throws -> Void = {}) async throws {
        let head = QueueHead.prefix + name
        if try await metadata.get(head) == nil { _ = try await self.head(name) }
        let pages = try await metadata.list(prefix: QueueHead.pagesPrefix(ofName: name))
        try await delete(pages.entries.map(\.key))
        try await clear()
        try await delete([head])
    }

    private func delete(_ keys: [String]) async throws {
        for key in keys {
            var outcome = CompareAndSetOutcome.conflict
            while outcome == .conflict, let found = try await metadata.get(key) {
                outcome = try await metadata.compareAndSet(
                    key, expected: found.version, value: nil)
            }
        }
    }

    private static func disturbed(_ name: String) -> QueueError {
        QueueError(
            place: "queue \(name)", reason: "somebody else changed it while it was made",
            remedy: "Remove it with `canopy queue delete \(name)` and create it again")
    }

    static func gone(_ name: String) -> QueueError {
        QueueError(
            place: "queue \(name)", reason: "it was deleted meanwhile",
            remedy: "Create it again to go on: nothing is doubled by that")
    }
}
