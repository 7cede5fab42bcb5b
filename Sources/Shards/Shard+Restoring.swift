// Beginning with what another index's shard kept: its segments are copied, and the first
// checkpoint lists them. Until that is in the log the shard does not open.

import Analysis
import Segments
import Storage

extension Shard {
    /// By the new owner, before anybody else knows the shard. Failing leaves segments that no
    /// checkpoint lists; opening the shard again begins anew.
    func restore(from origin: ShardOrigin) async throws(ShardError) {
        let source = ShardLocation(indexUUID: origin.indexUUID, shard: location.shard)
        let kept = try await kept(origin, source)
        var body = kept.body
        for index in body.segments.indices {
            body.segments[index].name = try await copy(body.segments[index], from: source)
        }
        let schema: Schema
        do {
            schema = try Schema(encoded: kept.schema)
        } catch {
            throw lost("the mapping in \(source) is damaged: \(error)")
        }
        try await logTurn.pass { () async throws(ShardError) in
            progress.adopt(ifNewer: schema)
            progress.nextSequenceNumber = kept.nextSequenceNumber
            let opened = try await ShardReplay(location: location, environment: environment)
                .run(LogReader.Recovered(checkpoint: body), schema: progress.schema)
            try await replaceContents(with: opened.contents)
        }
    }

    private func kept(
        _ origin: ShardOrigin, _ source: ShardLocation
    ) async throws(ShardError) -> KeptCheckpoint {
        let driver = LogReaderDriver(location: source, environment: environment)
        let found = try await driver.run()
        guard let kept = found?.checkpoint?.kept.first(where: { $0.id == origin.keptID }) else {
            throw lost("\(source) does not keep '\(origin.keptID)'")
        }
        return kept
    }

    /// Returns the name of the copy.
    private func copy(
        _ segment: CheckpointBody.Segment, from source: ShardLocation
    ) async throws(ShardError) -> String {
        let reading = SegmentRewrite(location: source, environment: environment, stop: isStopping)
        let verified = try await reading.open(segment.stored)
        let name = newSegmentName(try owned().fence)
        do {
            try await rewrite.create(name, verified.bytes.copied())
        } catch let error as ShardError {
            throw error
        } catch {
            throw ShardError(
                .unavailable, place: location.description, reason: "\(error)",
                remedy: "it is tried again")
        }
        return name
    }

    static func beingRestored(_ location: ShardLocation) -> ShardError {
        ShardError(
            .unavailable, place: location.description,
            reason: "the shard is being restored from a snapshot", remedy: "try again")
    }

    private func lost(_ reason: String) -> ShardError {
        ShardError(
            .corrupt, place: location.description, reason: "it cannot be restored: \(reason)",
            remedy: "delete the index, and restore another snapshot")
    }
}
