// What the documents must be after every batch of the log: a dictionary, and the rules of writing
// said a second time, as simply as possible.

import Analysis
import Storage

@testable import Shards

/// A request as its client made it; sent again with the same key, it is the same request.
struct ClientRequest: Sendable {
    let number: Int
    let key: String
    let digest: SHA256Digest
    let operations: [DocumentOperation]

    init(number: Int, key: String, operations: [DocumentOperation]) {
        self.number = number
        self.key = key
        digest = SHA256Digest(of: Array(key.utf8))
        self.operations = operations
    }
}

struct ModelDocument: Equatable {
    /// Nil for a deleted one, whose version goes on.
    var source: String?
    var version: Int64
    var sequenceNumber: Int64
    var term: Int64
}

typealias ModelState = [String: ModelDocument]

enum Expected: Equatable {
    case done(DocumentResult, ModelDocument)
    case noop(ModelDocument)
    /// The HTTP status of the failure.
    case failed(Int)
}

/// What an operation does to the documents as they are.
func expectation(
    of operation: DocumentOperation, in state: ModelState, sequenceNumber: Int64, term: Int64
) -> Expected {
    let current = state[operation.id]
    let alive = current?.source == nil ? nil : current
    if operation.action == .create, alive != nil { return .failed(409) }
    if operation.ifSequenceNumber != nil || operation.ifPrimaryTerm != nil {
        guard alive?.sequenceNumber == operation.ifSequenceNumber,
            alive?.term == operation.ifPrimaryTerm
        else { return .failed(409) }
    }
    if let given = operation.externalVersion, let version = current?.version {
        guard operation.externalGTE ? given >= version : given > version else {
            return .failed(409)
        }
    }
    let version = operation.externalVersion ?? (current?.version ?? 0) + 1
    func document(_ source: String?) -> ModelDocument {
        ModelDocument(
            source: source, version: version, sequenceNumber: sequenceNumber, term: term)
    }
    let given = String(decoding: operation.source, as: UTF8.self)
    switch operation.action {
    case .index, .create: return .done(alive == nil ? .created : .updated, document(given))
    case .delete: return .done(alive == nil ? .notFound : .deleted, document(nil))
    case .update:
        guard let alive, let source = alive.source else {
            guard let upsert = operation.upsert else { return .failed(404) }
            return .done(.created, document(String(decoding: upsert, as: UTF8.self)))
        }
        let merged = mergedSource(source, given)
        return merged == source ? .noop(alive) : .done(.updated, document(merged))
    }
}

/// Objects of numbers, written without spaces.
private func mergedSource(_ old: String, _ change: String) -> String {
    func members(_ text: String) -> [(name: Substring, value: Substring)] {
        text.dropFirst().dropLast().split(separator: ",").map { member in
            let parts = member.split(separator: ":")
            return (parts[0], parts[1])
        }
    }
    var merged = members(old)
    for (name, value) in members(change) {
        if let index = merged.firstIndex(where: { $0.name == name }) {
            merged[index].value = value
        } else {
            merged.append((name, value))
        }
    }
    return "{" + merged.map { "\($0.name):\($0.value)" }.joined(separator: ",") + "}"
}

/// The documents after each batch of the log as it really is.
final class Model {
    struct Applied {
        let slot: UInt64
        let outcomes: [Expected]
    }

    private let record: Record
    /// By request, ascending; the first is the empty beginning.
    private(set) var states: [(slot: UInt64, state: ModelState)] = [(0, [:])]
    private(set) var applied: [Int: Applied] = [:]
    private(set) var nextSequenceNumber: Int64 = 0
    private var requests: [SHA256Digest: ClientRequest] = [:]
    /// Whether mappings may refuse documents with values that are no numbers.
    var mayRefuse = false

    init(record: Record) {
        self.record = record
    }

    var newest: (slot: UInt64, state: ModelState) { states[states.count - 1] }

    func expect(_ request: ClientRequest, key: SHA256Digest) { requests[key] = request }

    /// The documents as a reader sees them who knows the log up to the slot.
    func state(at slot: UInt64) -> ModelState {
        (states.last { $0.slot <= slot } ?? states[0]).state
    }

    /// Those that somebody may have seen between two slots.
    func states(from first: UInt64, through last: UInt64) -> [ModelState] {
        let start = states.lastIndex { $0.slot <= first } ?? 0
        return states[start...].filter { $0.slot <= max(first, last) }.map(\.state)
    }

    func apply(_ batch: BatchBody, slot: UInt64, term: Int64) {
        var state = newest.state
        var logged = batch.operations[...]
        for answer in batch.answers {
            guard let request = requests[answer.key] else {
                return record.violated("only what was asked", "slot \(slot) has a strange key")
            }
            if let before = applied[request.number] {
                return record.violated(
                    "exactly once",
                    "request \(request.number) is in slots \(before.slot) and \(slot)")
            }
            if answer.slot != slot {
                record.violated("answers name their slot", "\(answer.slot) in slot \(slot)")
            }
            var outcomes: [Expected] = []
            for operation in request.operations {
                let outcome = expectation(
                    of: operation, in: state, sequenceNumber: nextSequenceNumber, term: term)
                guard case .done(_, let document) = outcome else {
                    outcomes.append(outcome)
                    continue
                }
                if isRefused(document, logged.first, operation.id) {
                    outcomes.append(.failed(400))
                    continue
                }
                outcomes.append(outcome)
                check(logged.popFirst(), operation.id, document, request, slot)
                state[operation.id] = document
                nextSequenceNumber += 1
            }
            applied[request.number] = Applied(slot: slot, outcomes: outcomes)
            // Requests of the same group are decided in between.
            states.append((slot, state))
        }
        if !logged.isEmpty {
            record.violated("wholly or not at all", "slot \(slot) has \(logged.count) too many")
        }
        if batch.answers.isEmpty { states.append((slot, state)) }
    }

    /// Which mapping a document met, only the log tells.
    private func isRefused(
        _ document: ModelDocument, _ logged: LoggedOperation?, _ id: String
    ) -> Bool {
        guard mayRefuse, let source = document.source, source.contains(#":""#) else { return false }
        return logged?.id != Array(id.utf8) || logged?.source != Array(source.utf8)
            || logged?.sequenceNumber != document.sequenceNumber
    }

    private func check(
        _ logged: LoggedOperation?, _ id: String, _ expected: ModelDocument,
        _ request: ClientRequest, _ slot: UInt64
    ) {
        let source = logged?.source.map { String(decoding: $0, as: UTF8.self) }
        guard let logged, logged.id == Array(id.utf8), source == expected.source,
            logged.version == expected.version,
            logged.sequenceNumber == expected.sequenceNumber
        else {
            let found = logged.map { "\(source ?? "deleted") v\($0.version) #\($0.sequenceNumber)" }
            return record.violated(
                "the log equals the model",
                "request \(request.number) in slot \(slot), document \(id): \(found ?? "nothing")"
                    + " instead of \(expected)")
        }
    }

    /// After a failure of the power: what nobody could know is gone.
    func forget(after slot: UInt64, nextSequenceNumber: Int64) {
        states.removeAll { $0.slot > slot }
        applied = applied.filter { $0.value.slot <= slot }
        self.nextSequenceNumber = nextSequenceNumber
    }
}
