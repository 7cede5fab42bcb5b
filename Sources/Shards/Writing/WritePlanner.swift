// Decides what each operation does before anything is written: conflicts, versions, sequence
// numbers, partial updates, parsing. Its results go into the log, so replaying decides nothing.

import Analysis
import Storage

struct WritePlanner {
    private let contents: ShardContents
    private let segments: [SegmentEntry]
    private let answers: IdempotencyTable
    private let terms: PrimaryTerms
    private let term: Int64
    private let slot: UInt64
    private let place: String
    private var parser: DocumentParser
    private var plan: WritePlan
    /// What earlier operations of the same plan did to an id.
    private var planned: [DocumentKey: PlannedChange] = [:]
    private var plannedAnswers: [SHA256Digest: IdempotencyTable.Entry] = [:]
    /// The request being planned.
    private var request = 0

    /// What planning needs to know of the shard.
    struct Context: Sendable {
        let contents: ShardContents
        let answers: IdempotencyTable
        let terms: PrimaryTerms
        let term: Int64
        /// The slot that the batch will get.
        let slot: UInt64
        let nextSequenceNumber: Int64
        let schema: Schema
        let place: String
    }

    static func plan(_ requests: [PlanRequest], _ context: Context) -> WritePlan {
        var planner = WritePlanner(context)
        for (index, request) in requests.enumerated() {
            planner.request = index
            planner.plan.answers.append(planner.answer(request))
        }
        return planner.plan
    }

    private init(_ context: Context) {
        contents = context.contents
        let (segments, seals) = context.contents.with { ($0.segments, $0.seals) }
        self.segments = segments
        answers = context.answers
        terms = context.terms
        term = context.term
        slot = context.slot
        place = context.place
        parser = DocumentParser(schema: context.schema)
        plan = WritePlan(
            schema: context.schema, nextSequenceNumber: context.nextSequenceNumber,
            seals: seals)
    }

    // MARK: Requests

    private mutating func answer(_ request: PlanRequest) -> WritePlan.Answer {
        guard let key = request.key else {
            return .outcomes(request.operations.map { outcome($0) })
        }
        let content = Self.digest(of: request.operations)
        if let known = answers[key] ?? plannedAnswers[key] {
            return repeated(known, content, request)
        }
        let before = plan.changes.count
        let outcomes = request.operations.map { outcome($0) }
        // A request that changed nothing may be decided afresh when it is repeated.
        if plan.changes.count > before {
            let entry = IdempotencyTable.Entry(
                key: key, content: content, slot: slot, outcomes: StoredAnswer.encode(outcomes))
            plan.remembered.append(entry)
            plannedAnswers[key] = entry
        }
        return .outcomes(outcomes)
    }

    private func repeated(
        _ known: IdempotencyTable.Entry, _ content: SHA256Digest, _ request: PlanRequest
    ) -> WritePlan.Answer {
        guard known.content == content else {
            return .refused(
                ShardError(
                    .keyReused, place: place,
                    reason: "the idempotency key was used for a request with other content",
                    remedy: "use a new key for every new request"))
        }
        do throws(CorruptBytes) {
            return .outcomes(
                try StoredAnswer.decode(known.outcomes, ids: request.operations.map(\.id)))
        } catch {
            return .refused(
                ShardError(
                    .corrupt, place: place, reason: "\(error)",
                    remedy: "repeat the request with a new key"))
        }
    }

    private static func digest(of operations: [DocumentOperation]) -> SHA256Digest {
        var writer = ByteWriter(capacity: operations.reduce(64) { $0 + $1.source.count + 64 })
        for operation in operations { operation.encode(&writer) }
        return SHA256Digest(of: writer.bytes)
    }

    // MARK: Operations

    private mutating func outcome(_ operation: DocumentOperation) -> DocumentOutcome {
        do throws(DocumentFailure) {
            return try decide(operation)
        } catch {
            return DocumentOutcome(id: operation.id, error: error)
        }
    }

    private mutating func decide(
        _ operation: DocumentOperation
    ) throws(DocumentFailure) -> DocumentOutcome {
        let id = Array(operation.id.utf8)
        guard (1...DocumentOperation.maximumIDBytes).contains(id.count) else {
            throw DocumentFailure(
                type: "illegal_argument_exception",
                reason: "an id has 1 to \(DocumentOperation.maximumIDBytes) bytes of UTF-8; "
                    + "got \(id.count)",
                status: 400)
        }
        let current = current(DocumentKey(id))
        try VersionCheck.check(
            operation, current, term: current.map { terms.term(of: $0.sequenceNumber) })
        let version = operation.externalVersion ?? (current?.version ?? 0) + 1
        let isAlive = current?.isAlive ?? false
        switch operation.action {
        case .index, .create:
            return try index(operation.source, operation, current, version)
        case .delete:
            add(current, operation, version, source: nil, document: nil)
            return done(operation, isAlive ? .deleted : .notFound, version)
        case .update where !isAlive:
            guard let source = operation.docAsUpsert ? operation.source : operation.upsert else {
                throw DocumentFailure(
                    type: "document_missing_exception",
                    reason: "[\(operation.id)]: document missing", status: 404)
            }
            return try index(source, operation, current, version)
        case .update:
            guard let current else { throw PartialUpdate.unreadable(operation.id) }
            return try update(operation, current, version)
        }
    }

    private mutating func update(
        _ operation: DocumentOperation, _ current: CurrentDocument, _ version: Int64
    ) throws(DocumentFailure) -> DocumentOutcome {
        guard let source = current.source() else {
            throw PartialUpdate.unreadable(operation.id)
        }
        let merged = try PartialUpdate.merge(operation.source, into: source)
        if merged == nil && operation.detectNoop {
            return DocumentOutcome(
                id: operation.id, result: .noop, version: current.version,
                sequenceNumber: current.sequenceNumber,
                primaryTerm: terms.term(of: current.sequenceNumber))
        }
        return try index(merged ?? source, operation, current, version)
    }

    private mutating func index(
        _ source: [UInt8], _ operation: DocumentOperation, _ current: CurrentDocument?,
        _ version: Int64
    ) throws(DocumentFailure) -> DocumentOutcome {
        let document = try parse(source)
        add(current, operation, version, source: source, document: document)
        return done(operation, current?.isAlive ?? false ? .updated : .created, version)
    }

    private mutating func parse(_ source: [UInt8]) throws(DocumentFailure) -> ParsedDocument {
        do throws(DocumentError) {
            let document = try parser.parse(source)
            if let grown = document.schema {
                parser = DocumentParser(schema: grown)
                plan.schema = grown
                plan.growing.insert(request)
            }
            return document
        } catch {
            throw DocumentFailure(error)
        }
    }

    private mutating func add(
        _ current: CurrentDocument?, _ operation: DocumentOperation, _ version: Int64,
        source: [UInt8]?, document: ParsedDocument?
    ) {
        let key = current?.key ?? DocumentKey(Array(operation.id.utf8))
        let change = PlannedChange(
            key: key, sequenceNumber: plan.nextSequenceNumber, version: version, source: source,
            document: document, place: current?.place)
        plan.nextSequenceNumber += 1
        plan.changes.append(change)
        planned[key] = change
    }

    private func done(
        _ operation: DocumentOperation, _ result: DocumentResult, _ version: Int64
    ) -> DocumentOutcome {
        DocumentOutcome(
            id: operation.id, result: result, version: version,
            sequenceNumber: plan.nextSequenceNumber - 1, primaryTerm: term, slot: Int64(slot))
    }

    /// The document as operations before this one leave it.
    private func current(_ key: DocumentKey) -> CurrentDocument? {
        if let change = planned[key] {
            return CurrentDocument(
                key: key, version: change.version, sequenceNumber: change.sequenceNumber,
                isAlive: change.source != nil, place: nil, source: { change.source })
        }
        switch contents.find(key, in: segments) {
        case .absent: return nil
        case .deleted(let tombstone):
            return CurrentDocument(
                key: key, version: tombstone.version, sequenceNumber: tombstone.sequenceNumber,
                isAlive: false, place: nil, source: { nil })
        case .buffered(let document):
            return CurrentDocument(
                key: key, version: document.version, sequenceNumber: document.sequenceNumber,
                isAlive: true, place: nil, source: { document.source })
        case .segment(let entry, let number):
            return CurrentDocument(
                key: key, version: entry.reader.version(number),
                sequenceNumber: entry.reader.sequenceNumber(number), isAlive: true,
                place: SegmentPlace(segment: entry.number, document: number),
                source: { try? entry.reader.source(number) })
        }
    }
}

/// The newest state of an id: a document, or the memory of one.
struct CurrentDocument {
    let key: DocumentKey
    let version: Int64
    let sequenceNumber: Int64
    let isAlive: Bool
    let place: SegmentPlace?
    let source: () -> [UInt8]?
}
