// All documents of a shard, by id: those waiting in the builder, those in segments, and the newest
// deletions. Behind a lock, so that reading by id needs no turn; changed only by whoever has the
// shard's turn.

import Analysis
import Segments
import Synchronization

/// A document that is in no segment yet.
struct BufferedDocument: Sendable {
    /// Its number in the builder.
    let number: UInt32
    let version: Int64
    let sequenceNumber: Int64
    let source: [UInt8]
}

/// Where an id was found.
enum Existing: Sendable {
    case buffered(BufferedDocument)
    case segment(SegmentEntry, document: UInt32)
    case deleted(Tombstones.Entry)
    case absent
}

final class ShardContents: Sendable {
    struct State: Sendable {
        var buffered: [DocumentKey: BufferedDocument] = [:]
        /// Documents of the builder that are dead already.
        var deadBuffered: [UInt32] = []
        var bufferedBytes = 0
        /// Of the inverted documents in the builder.
        var builderBytes = 0
        var segments: [SegmentEntry] = []
        var tombstones = Tombstones()
        var nextNumber = 0
        /// How often the builder was sealed.
        var seals = 0
    }

    private let state = Mutex(State())

    /// Bytes a buffered document costs beside its source and id.
    private static let overheadBytes = 96

    static func byteCount(_ key: DocumentKey, _ source: [UInt8]) -> Int {
        source.count + key.id.count + overheadBytes
    }

    func with<R: Sendable>(_ body: (inout State) -> R) -> R {
        state.withLock { body(&$0) }
    }

    var segments: [SegmentEntry] { state.withLock { $0.segments } }

    /// What a write finds; `segments` is what `segments` returned since the last change.
    func find(_ key: DocumentKey, in segments: [SegmentEntry]) -> Existing {
        let (buffered, tombstone) = state.withLock { ($0.buffered[key], $0.tombstones[key]) }
        if let buffered { return .buffered(buffered) }
        if let tombstone { return .deleted(tombstone) }
        return Self.search(key, segments)
    }

    /// What a read finds: builder and segments as they are at one moment.
    func find(_ key: DocumentKey) -> Existing {
        let (buffered, segments) = state.withLock { ($0.buffered[key], $0.segments) }
        if let buffered { return .buffered(buffered) }
        return Self.search(key, segments)
    }

    private static func search(_ key: DocumentKey, _ segments: [SegmentEntry]) -> Existing {
        for entry in segments.reversed() {
            if let document = entry.reader.find(id: key.id, tieKey: key.tieKey),
                entry.isLive(document)
            {
                return .segment(entry, document: document)
            }
        }
        return .absent
    }

    /// Plans made before the builder was sealed do not know where its documents went.
    func located(_ changes: [PlannedChange], since seals: Int) -> [PlannedChange] {
        let (now, segments) = state.withLock { ($0.seals, $0.segments) }
        guard now != seals else { return changes }
        return changes.map { change in
            guard change.place == nil,
                case .segment(let entry, let document) = find(change.key, in: segments)
            else { return change }
            var located = change
            located.place = SegmentPlace(segment: entry.number, document: document)
            return located
        }
    }

    /// Makes the builder ready for documents parsed with this schema; on the compute pool, with
    /// memory's turn.
    func prepare(_ memory: MemorySegment, for schema: Schema, generation: Int) throws {
        guard memory.generation != generation else { return }
        if !memory.accepts(schema) { try seal(memory) }
        memory.adopt(schema, generation: generation)
    }

    /// Adds documents to the builder and notes where they are, in order; on the compute pool,
    /// with memory's turn.
    func apply(_ changes: [PlannedChange], to memory: MemorySegment) {
        let numbers = memory.add(changes)
        let builderBytes = memory.estimatedBytes
        state.withLock { state in
            state.builderBytes = builderBytes
            for (change, number) in zip(changes, numbers) {
                Self.remove(change, &state)
                guard let number, let source = change.source else {
                    state.tombstones.insert(
                        change.key, version: change.version,
                        sequenceNumber: change.sequenceNumber)
                    continue
                }
                state.tombstones.remove(change.key)
                state.buffered[change.key] = BufferedDocument(
                    number: number, version: change.version,
                    sequenceNumber: change.sequenceNumber, source: source)
                state.bufferedBytes += Self.byteCount(change.key, source)
            }
        }
    }

    private static func remove(_ change: PlannedChange, _ state: inout State) {
        if let old = state.buffered.removeValue(forKey: change.key) {
            state.deadBuffered.append(old.number)
        } else if let place = change.place,
            let index = state.segments.firstIndex(where: { $0.number == place.segment })
        {
            state.segments[index].delete(place.document)
        }
    }
}

/// A document of a segment.
struct SegmentPlace: Sendable, Hashable {
    /// `SegmentEntry.number`
    let segment: Int
    let document: UInt32
}

/// One change of one document, decided and parsed.
struct PlannedChange: Sendable {
    let key: DocumentKey
    let sequenceNumber: Int64
    let version: Int64
    /// Nil deletes.
    let source: [UInt8]?
    let document: ParsedDocument?
    /// The copy in a segment that this change replaces; one in the builder is found by its id.
    var place: SegmentPlace?

    var logged: LoggedOperation {
        LoggedOperation(
            id: key.id, sequenceNumber: sequenceNumber, version: version, source: source)
    }
}
