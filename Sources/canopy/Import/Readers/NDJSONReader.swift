// Newline-delimited JSON: every line a document, sent on as it stands.

import Analysis
import Foundation

/// Reads one JSON object per line. `_id` names the document and is taken out of it (it is a
/// metadata field); otherwise the id field, when there is one, names it and stays.
struct NDJSONReader: RecordReader {
    private var input: LineInput
    private let idField: [UInt8]
    private let underscoreID = Array("_id".utf8)

    init(_ input: LineInput, idField: String?) {
        self.input = input
        self.idField = Array((idField ?? "id").utf8)
    }

    var position: ReadPosition { ReadPosition(byteOffset: input.offset) }
    var fraction: Double? { input.fraction }

    mutating func next(into record: inout ImportRecord) throws -> RecordStep {
        while true {
            record.clear()
            let step = try input.next(appendingTo: &record.document)
            record.place = RecordPlace(source: input.name, line: input.line)
            switch step {
            case .end:
                return .end
            case .tooLong(let byteCount):
                return .malformed(
                    reason: "the line has \(byteCount) bytes; at most "
                        + "\(LineInput.maximumLineBytes) are taken")
            case .line:
                if record.document.last == 0x0D { record.document.removeLast() }
                if record.document.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
                return identify(&record)
            }
        }
    }

    mutating func skip(to position: ReadPosition) throws {
        try input.skip(toOffset: position.byteOffset)
    }

    mutating func finish() throws { try input.finish() }

    /// Finds the id, and takes `_id` out of the document.
    private func identify(_ record: inout ImportRecord) -> RecordStep {
        var chosen: Range<Int>?
        var metadata: MemberScanner.Member?
        var last: MemberScanner.Member?
        var follower: Int?
        let problem = record.document.withUnsafeBytes { bytes in
            MemberScanner.scan(bytes) { member in
                if metadata != nil && follower == nil { follower = member.whole.lowerBound }
                let key = bytes[member.key]
                if key.elementsEqual(underscoreID) && metadata == nil {
                    metadata = member
                } else if key.elementsEqual(idField) {
                    chosen = member.value
                }
                if metadata == nil { last = member }
                return true
            }
        }
        if let problem { return .malformed(reason: problem) }
        if let range = metadata?.value ?? chosen {
            if let reason = setID(of: &record, from: range) { return .malformed(reason: reason) }
        }
        if let metadata {
            // With its comma: the one after it, or the one before when it is the last member.
            let start = follower == nil ? last?.whole.upperBound : metadata.whole.lowerBound
            let end = follower ?? metadata.whole.upperBound
            record.document.removeSubrange((start ?? metadata.whole.lowerBound)..<end)
        }
        return .record
    }

    private func setID(of record: inout ImportRecord, from range: Range<Int>) -> String? {
        let value = record.document[range]
        switch value.first {
        case UInt8(ascii: "\""):
            if value.contains(0x5C) {
                guard let text = try? JSONParser.parse(Array(value)).stringValue else {
                    return "the id \(String(decoding: value, as: UTF8.self)) is no valid string"
                }
                record.id.append(contentsOf: text.utf8)
            } else {
                record.id.append(contentsOf: value.dropFirst().dropLast())
            }
        case UInt8(ascii: "n"):
            return nil
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return "the id must be a string or a number, not an object or a list"
        default:
            record.id.append(contentsOf: value)
        }
        return nil
    }
}
