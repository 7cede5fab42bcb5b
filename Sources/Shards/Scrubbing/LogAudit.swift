// Whether the records of a log are what their owner wrote, one after the other. Decides only.

import Storage

struct LogAudit: Sendable {
    struct Fault: Sendable, Hashable {
        let slot: UInt64
        let reason: String
        let isMissing: Bool
    }

    /// By slot, ascending.
    private(set) var faults: [Fault] = []
    /// Of the record before; nil where that is not known.
    private var previous: SHA256Digest?

    /// - Parameter previous: The digest of the record before the first, where it is known.
    init(after previous: SHA256Digest?) {
        self.previous = previous
    }

    /// The object of the next slot; nil: there is none.
    mutating func check(_ object: [UInt8]?, slot: UInt64) {
        let expected = previous
        previous = nil
        guard let object else {
            faults.append(Fault(slot: slot, reason: "the record is missing", isMissing: true))
            return
        }
        do throws(CorruptBytes) {
            let record = try LogRecord(object, slot: slot)
            if let expected, record.previous != expected {
                note(slot, "the record does not continue the one before it")
            }
            previous = SHA256Digest(of: object)
        } catch {
            note(slot, "the record is damaged: \(error)")
        }
    }

    /// Where the owner knows that the log ends.
    mutating func finish(at end: LogPosition) {
        if let previous, previous != end.digest {
            note(end.slot, "the record is not the one that was written")
        }
    }

    private mutating func note(_ slot: UInt64, _ reason: String) {
        faults.append(Fault(slot: slot, reason: reason, isMissing: false))
    }
}
