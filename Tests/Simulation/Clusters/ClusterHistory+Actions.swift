// What happens in a history of a cluster, one step at a time.

import Storage

@testable import Cluster
@testable import Leaf
@testable import Root

extension ClusterHistory {
    func perform(_ action: ClusterKnobs.Action) {
        record.trace("world", "\(action)")
        let all = nodes
        let node = all[random.next(in: 0..<all.count)]
        switch action {
        case .write: write()
        case .get: get()
        case .search: search()
        case .refresh: refresh()
        case .kill: killForAWhile(node)
        case .stop: stop(leafNodes[random.next(in: 0..<leafNodes.count)])
        case .pause: pause(node)
        case .cut: cut(node)
        case .drain: drain(true)
        case .undrain: drain(false)
        case .metadataAway: loseMetadata()
        case .metadataRewind: if knobs.hasRewinds { metadata.rewind(random) }
        }
    }

    // MARK: Processes

    func kill(_ node: ClusterNode) {
        guard let process = node.process else { return }
        record.note(.kills)
        record.trace(process.name, "dies")
        node.kill()
        fabric.disconnect(process)
    }

    private func killForAWhile(_ node: ClusterNode) {
        guard node.process != nil else { return start(node) }
        kill(node)
        startLater(node)
    }

    private func startLater(_ node: ClusterNode) {
        let absence = network.drawn(upTo: knobs.longestAbsence)
        clock.schedule(at: clock.now + absence) {
            if !self.isCalm { self.start(node) }
        }
    }

    /// As by SIGTERM: it hands over what it can.
    private func stop(_ node: ClusterNode) {
        guard let leaf = node.leaf, let process = node.process else { return }
        record.note(.stops)
        record.trace(process.name, "stops")
        begin("the end of \(process.name)") {
            await leaf.handOver()
            await leaf.stop()
            guard node.process === process else { return }
            self.record.trace(process.name, "has stopped")
            node.end()
            self.fabric.disconnect(process)
            if self.isCalm { self.start(node) } else { self.startLater(node) }
        }
    }

    private func pause(_ node: ClusterNode) {
        guard let process = node.process, process.condition == .running else { return }
        record.note(.pauses)
        record.trace(process.name, "pauses")
        process.pause()
        clock.schedule(at: clock.now + network.drawn(upTo: knobs.longestPause)) {
            process.resume()
        }
    }

    // MARK: The network

    /// Between a node and another, or the metadata store; one way or both.
    private func cut(_ node: ClusterNode) {
        let hosts = nodes.map(\.host) + [ClusterMetadata.host]
        let other = hosts[random.next(in: 0..<hosts.count)]
        guard other != node.host else { return }
        record.note(.cuts)
        let ways: [(String, String)] =
            switch random.next(below: 3) {
            case 0: [(node.host, other)]
            case 1: [(other, node.host)]
            default: [(node.host, other), (other, node.host)]
            }
        for way in ways {
            record.trace(way.0, "cannot reach \(way.1)")
            fabric.cut(from: way.0, to: way.1)
        }
        clock.schedule(at: clock.now + network.drawn(upTo: knobs.longestPause)) {
            for way in ways { self.fabric.heal(from: way.0, to: way.1) }
        }
    }

    private func loseMetadata() {
        guard !metadata.isAway else { return }
        record.note(.metadataAway)
        record.trace(ClusterMetadata.host, "is away")
        metadata.lose()
        clock.schedule(at: clock.now + network.drawn(upTo: .seconds(15))) {
            self.metadata.comeBack()
        }
    }

    // MARK: People

    private func drain(_ drains: Bool) {
        guard let node = someRoot() else { return }
        let leaf = leafNodes[random.next(in: 0..<leafNodes.count)].host
        // Somewhere the shards must be.
        let others = leafNodes.count { $0.isRunning && $0.host != leaf }
        guard !drains || others > knobs.replicas else { return }
        record.note(.drains)
        record.trace(leaf, drains ? "is drained" : "is not drained any more")
        begin("draining \(leaf)") {
            _ = await self.ask(node, within: .seconds(10)) { root in
                try await root.leaves.drain(leaf, drains)
            }
        }
    }

    private func refresh() {
        guard let node = someRoot() else { return }
        record.note(.refreshes)
        begin("a refresh through \(node.name)") {
            _ = await self.ask(node, within: .seconds(10)) { root in
                try await root.indices.refresh([Self.indexName], .standard)
            }
        }
    }
}
