// What a worker tells of itself: to the terminal, or to the command that started it.

import Analysis

/// What a worker has done, for the terminal.
struct WorkerCounts: Sendable, Equatable {
    var indexed: Int64 = 0
    var refused: Int64 = 0
    var byteCount: Int64 = 0
    var retries: Int64 = 0
    /// Why something was sent again and has not gone through yet.
    var waitingFor: String?

    static func + (left: WorkerCounts, right: WorkerCounts) -> WorkerCounts {
        WorkerCounts(
            indexed: left.indexed + right.indexed, refused: left.refused + right.refused,
            byteCount: left.byteCount + right.byteCount, retries: left.retries + right.retries,
            waitingFor: left.waitingFor ?? right.waitingFor)
    }
}

/// One line of a worker's standard output.
enum WorkerEvent: Sendable, Equatable {
    case counts(WorkerCounts)
    case message(String)

    func encoded() -> [UInt8] {
        let json: JSONValue =
            switch self {
            case .message(let text): ["message": .string(text)]
            case .counts(let counts):
                [
                    "indexed": .integer(counts.indexed), "refused": .integer(counts.refused),
                    "bytes": .integer(counts.byteCount), "retries": .integer(counts.retries),
                    "waiting_for": counts.waitingFor.map { .string($0) } ?? .null,
                ]
            }
        return json.encoded() + [0x0A]
    }

    init?(line: [UInt8]) {
        guard let json = try? JSONParser.parse(line) else { return nil }
        if let text = json["message"]?.stringValue {
            self = .message(text)
            return
        }
        guard let indexed = json["indexed"]?.integerValue,
            let refused = json["refused"]?.integerValue,
            let bytes = json["bytes"]?.integerValue, let retries = json["retries"]?.integerValue
        else { return nil }
        self = .counts(
            WorkerCounts(
                indexed: indexed, refused: refused, byteCount: bytes, retries: retries,
                waitingFor: json["waiting_for"]?.stringValue))
    }
}

extension WorkerCounts {
    init(_ counts: ImportProgress.Counts) {
        self.init(
            indexed: counts.indexed, refused: counts.refused, byteCount: counts.byteCount,
            retries: counts.retries, waitingFor: counts.waitingFor)
    }

    /// For the line that `ImportProgressLine` draws.
    var progress: ImportProgress.Counts {
        var counts = ImportProgress.Counts()
        counts.indexed = indexed
        counts.refused = refused
        counts.byteCount = byteCount
        counts.retries = retries
        counts.waitingFor = waitingFor
        return counts
    }
}
