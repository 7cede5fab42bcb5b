// The conditions a write may carry: a sequence number with its primary term, or an external
// version.

import Analysis

/// Collects `version`, `version_type`, `if_seq_no` and `if_primary_term`, from an action line or
/// from the parameters of a document request, and checks that they make sense together.
struct WriteConditions {
    var version: Int64?
    var versionType: String?
    var sequenceNumber: Int64?
    var primaryTerm: Int64?

    /// What is wrong with them; nil if nothing is.
    func problem(for action: DocumentAction) -> String? {
        if (sequenceNumber == nil) != (primaryTerm == nil) {
            return "if_seq_no and if_primary_term go together"
        }
        if let sequenceNumber, sequenceNumber < 0 {
            return "if_seq_no must not be negative, got \(sequenceNumber)"
        }
        if let primaryTerm, primaryTerm < 1 {
            return "if_primary_term must be at least 1, got \(primaryTerm)"
        }
        if sequenceNumber != nil, action == .create {
            return "if_seq_no cannot be combined with create, which needs the document to be absent"
        }
        guard version != nil || versionType != nil else { return nil }
        switch versionType {
        case "external", "external_gte": break
        case nil, "internal":
            return "internal versions cannot be used as a condition: use if_seq_no and "
                + "if_primary_term, or version_type external"
        case let other?:
            return "version_type must be external or external_gte, got \"\(other)\""
        }
        guard let version else { return "version_type needs a version" }
        if version < 0 { return "version must not be negative, got \(version)" }
        if sequenceNumber != nil { return "version and if_seq_no exclude each other" }
        if action == .update || action == .create {
            return "version is not supported for \(action == .update ? "update" : "create")"
        }
        return nil
    }

    /// Puts the conditions into the operation.
    func apply(to operation: inout DocumentOperation) {
        operation.externalVersion = version
        operation.externalGTE = versionType == "external_gte"
        operation.ifSequenceNumber = sequenceNumber
        operation.ifPrimaryTerm = primaryTerm
    }

    /// What is wrong with a document's id; an empty one is left for the root to fill.
    static func problem(id: String, for action: DocumentAction) -> String? {
        let byteCount = id.utf8.count
        if byteCount > DocumentOperation.maximumIDBytes {
            return "the _id is \(byteCount) bytes long; at most "
                + "\(DocumentOperation.maximumIDBytes) are allowed"
        }
        if byteCount == 0, action == .update || action == .delete {
            return "an _id is needed to \(action == .update ? "update" : "delete") a document"
        }
        return nil
    }
}
