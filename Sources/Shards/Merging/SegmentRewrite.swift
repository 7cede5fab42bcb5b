// Makes one segment object of several segments: what flushes and merges share. Verified before
// anybody relies on it.

import Segments
import Storage

struct SegmentRewrite: Sendable {
    let location: ShardLocation
    let environment: ShardEnvironment
    let stop: StopFlag

    /// A segment object, verified and open.
    struct Written: Sendable {
        let reader: SegmentReader
        let bytes: MappedBytes
        /// Nil for a segment in memory.
        let stored: SegmentEntry.Stored?
        /// Nil where the documents kept their order.
        var order: DocumentOrder?
    }

    /// A segment object that cannot be written now may be later; not in this call.
    private static let createAttempts = 6

    /// Nil when nothing is alive.
    func run(
        _ inputs: [SegmentEntry], name: String, reordering limits: ReorderLimits? = nil
    ) async throws(ShardError) -> Written? {
        guard inputs.contains(where: { $0.liveCount > 0 }) else { return nil }
        do {
            let (image, order, digest) = try await environment.compute.run(.merge) { [stop] in
                let (image, order) = try Self.image(inputs, limits, stop)
                return (image, order, SHA256Digest(of: image))
            }
            let stored = SegmentEntry.Stored(name: name, byteCount: image.count, digest: digest)
            try await create(name, image)
            var written = try await openCreated(stored)
            written.order = order
            return written
        } catch let error as ShardError {
            throw error
        } catch {
            throw ShardError(
                .corrupt, place: location.segmentPrefix + name,
                reason: "the segment cannot be made: \(error)",
                remedy: "it is tried again; if that keeps failing, see the reason")
        }
    }

    /// The same without an object. Nil when nothing is alive.
    func runInMemory(
        _ inputs: [SegmentEntry], name: String
    ) async throws(ShardError) -> Written? {
        guard inputs.contains(where: { $0.liveCount > 0 }) else { return nil }
        do {
            return try await environment.compute.run(.merge) { [stop] in
                let bytes = MappedBytes(owned: try Self.image(inputs, nil, stop).image)
                return Written(
                    reader: try SegmentReader(bytes, name: name), bytes: bytes, stored: nil)
            }
        } catch {
            throw ShardError(
                .corrupt, place: location.description, reason: "\(error)",
                remedy: "it is tried again; if that keeps failing, see the reason")
        }
    }

    private static func image(
        _ inputs: [SegmentEntry], _ limits: ReorderLimits?, _ stop: StopFlag
    ) throws -> (image: [UInt8], order: DocumentOrder?) {
        for input in inputs { try input.verify() }
        if inputs.count == 1, inputs[0].live == nil { return (inputs[0].bytes.copied(), nil) }
        return try SegmentMerger.merge(
            inputs.map { ($0.reader, $0.live) }, reordering: limits
        ) { stop.isSet }
    }

    func create(_ name: String, _ image: [UInt8]) async throws {
        let key = location.segmentPrefix + name
        var backoff = Backoff()
        var reason = ""
        for _ in 0..<Self.createAttempts where !stop.isSet {
            switch await environment.objects.create(key, image) {
            case .created, .exists: return  // Nobody else draws this name.
            case .unknown(let why): reason = why
            }
            try await backoff.pause(environment.clock)
        }
        throw ShardError(
            .unavailable, place: key, reason: "the segment cannot be written: \(reason)",
            remedy: "it is tried again; see that the object store has space")
    }

    /// No checkpoint lists it yet: an owner that took over meanwhile takes it for garbage.
    private func openCreated(_ stored: SegmentEntry.Stored) async throws(ShardError) -> Written {
        do throws(ShardError) {
            return try await open(stored, isNew: true)
        } catch {
            guard error.reason == Self.missing else { throw error }
            throw ShardError(
                .unavailable, place: error.place,
                reason: "the segment was deleted before a checkpoint listed it, as an owner that "
                    + "took the shard over does",
                remedy: "it is tried again, unless another node owns the shard")
        }
    }

    private static let missing = "the segment is missing"

    /// Maps the object and proves that it is what its checkpoint says. A local copy that is not is
    /// fetched again.
    /// - Parameter isNew: Whether nobody has opened it before, so that what was written is
    ///   proved, too.
    func open(
        _ stored: SegmentEntry.Stored, isNew: Bool = false
    ) async throws(ShardError) -> Written {
        do throws(ShardError) {
            return try await openOnce(stored, isNew)
        } catch {
            guard error.kind == .corrupt, error.reason != Self.missing else { throw error }
            environment.logger.warning(
                "Bytes of a segment are not those that were written; they are fetched again.",
                metadata: ["object": "\(error.place)", "reason": "\(error.reason)"])
            await environment.objects.discardCopy(of: location.segmentPrefix + stored.name)
            return try await openOnce(stored, isNew)
        }
    }

    private func openOnce(
        _ stored: SegmentEntry.Stored, _ isNew: Bool
    ) async throws(ShardError) -> Written {
        let key = location.segmentPrefix + stored.name
        func damaged(_ reason: String) -> ShardError {
            ShardError(
                .corrupt, place: key, reason: reason,
                remedy: "restore this object from a backup, or delete the index")
        }
        do {
            guard let bytes = try await environment.objects.map(key) else {
                throw damaged(Self.missing)
            }
            guard bytes.count == stored.byteCount else {
                throw damaged(
                    "the segment has \(bytes.count) bytes; its checkpoint says "
                        + "\(stored.byteCount)")
            }
            let reader: SegmentReader? = try await environment.compute.run(.write) {
                let digest = withExtendedLifetime(bytes) { SHA256Digest(of: bytes.pointer) }
                guard digest == stored.digest else { return nil }
                return try SegmentReader(bytes, name: stored.name, areVerified: !isNew)
            }
            guard let reader else {
                throw damaged("the segment's SHA-256 is not the one its checkpoint says")
            }
            return Written(reader: reader, bytes: bytes, stored: stored)
        } catch let error as ShardError {
            throw error
        } catch let error as SegmentError {
            throw damaged("\(error)")
        } catch {
            throw ShardError(
                .unavailable, place: key, reason: "the segment cannot be read: \(error)",
                remedy: "see that the object store can be reached, then try again")
        }
    }
}
