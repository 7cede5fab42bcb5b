// Whether an operation's conditions hold for the document as it is; the words are OpenSearch's.

import Analysis

enum VersionCheck {
    /// `current` may be a deleted document; `term` is its primary term.
    static func check(
        _ operation: DocumentOperation, _ current: CurrentDocument?, term: Int64?
    ) throws(DocumentFailure) {
        let alive = current.flatMap { $0.isAlive ? $0 : nil }
        if operation.action == .create, let alive {
            throw conflict(
                operation.id, "document already exists (current version [\(alive.version)])")
        }
        try checkSequence(operation, alive, term)
        guard let given = operation.externalVersion else { return }
        guard (0..<LogRecord.numberLimit).contains(given) else {
            throw DocumentFailure(
                type: "illegal_argument_exception",
                reason: "an external version is at least 0 and below 2^62; got \(given)",
                status: 400)
        }
        guard let version = current?.version else { return }
        let isNewer = operation.externalGTE ? given >= version : given > version
        guard isNewer else {
            let relation = operation.externalGTE ? "higher than" : "higher or equal to"
            throw conflict(
                operation.id,
                "current version [\(version)] is \(relation) the one provided [\(given)]")
        }
    }

    private static func checkSequence(
        _ operation: DocumentOperation, _ alive: CurrentDocument?, _ term: Int64?
    ) throws(DocumentFailure) {
        guard operation.ifSequenceNumber != nil || operation.ifPrimaryTerm != nil else { return }
        let wanted = operation.ifSequenceNumber ?? alive?.sequenceNumber ?? -2
        let wantedTerm = operation.ifPrimaryTerm ?? term ?? 0
        let required = "required seqNo [\(wanted)], primary term [\(wantedTerm)]. "
        guard let alive else {
            throw conflict(operation.id, required + "but no document was found")
        }
        guard alive.sequenceNumber == wanted, term == wantedTerm else {
            throw conflict(
                operation.id,
                required + "current document has seqNo [\(alive.sequenceNumber)] "
                    + "and primary term [\(term ?? 0)]")
        }
    }

    private static func conflict(_ id: String, _ reason: String) -> DocumentFailure {
        DocumentFailure(
            type: "version_conflict_engine_exception",
            reason: "[\(id)]: version conflict, \(reason)", status: 409)
    }
}
