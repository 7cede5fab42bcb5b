// Which records of a log are not what was written.

import Storage
import Testing

@testable import Shards

@Suite struct LogAuditTests {
    /// Records from slot 5 on, each continuing the one before.
    private let records: [[UInt8]] = {
        var previous = SHA256Digest(of: [4])
        return (5..<10 as Range<UInt64>).map { slot in
            let bytes = LogRecord(
                kind: .batch, slot: slot, previous: previous, owner: "n", body: [UInt8(slot)]
            ).encoded()
            previous = SHA256Digest(of: bytes)
            return bytes
        }
    }()

    private func audit(
        _ records: [[UInt8]?], after previous: SHA256Digest? = SHA256Digest(of: [4])
    ) -> [UInt64] {
        var audit = LogAudit(after: previous)
        for (index, record) in records.enumerated() {
            audit.check(record, slot: UInt64(5 + index))
        }
        audit.finish(at: LogPosition(slot: 9, digest: SHA256Digest(of: self.records[4])))
        for fault in audit.faults {
            #expect(fault.isMissing == (records[Int(fault.slot - 5)] == nil))
        }
        return audit.faults.map(\.slot)
    }

    @Test func whatWasWrittenHasNoFaults() {
        #expect(audit(records) == [])
        #expect(audit(records, after: nil) == [])
        #expect(audit(records, after: .zero) == [5])
    }

    @Test func everyBitCounts() {
        for (index, record) in records.enumerated() {
            for bit in 0..<record.count * 8 {
                var damaged = records
                damaged[index][bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(audit(damaged) == [UInt64(5 + index)])
            }
        }
    }

    @Test func whatIsMissingIsOneFault() {
        for index in records.indices {
            var fewer: [[UInt8]?] = records
            fewer[index] = nil
            #expect(audit(fewer) == [UInt64(5 + index)])
        }
        #expect(audit([nil, records[1], nil, nil, records[4]]) == [5, 7, 8])
    }

    @Test func aSoundRecordOfAnotherHistoryIsAFault() throws {
        for index in records.indices {
            let record = try LogRecord(records[index])
            let other = LogRecord(
                kind: .batch, slot: record.slot, previous: record.previous, owner: "m", body: [])
            var changed = records
            changed[index] = other.encoded()
            // What follows tells, or for the last one what its owner knows.
            #expect(audit(changed) == [min(9, UInt64(6 + index))])
        }
        var swapped = records
        swapped.swapAt(1, 2)
        #expect(audit(swapped) == [6, 7])
    }
}
