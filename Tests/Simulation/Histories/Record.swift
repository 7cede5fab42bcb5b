// What a history leaves behind: the first broken promise, a digest of all that happened, and the
// lines of it where somebody wants to read them.

import Logging
import Storage

/// Touched by one thread only.
final class Record: @unchecked Sendable {
    private let clock: VirtualClock
    private let isVerbose: Bool
    private(set) var violation: String?
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var lines: [String] = []
    var tally = Tally()

    init(clock: VirtualClock, isVerbose: Bool) {
        self.clock = clock
        self.isVerbose = isVerbose
    }

    /// The first one counts: others follow from it.
    func violated(_ promise: String, _ what: @autoclosure () -> String) {
        guard violation == nil else { return }
        let text = "\(promise): \(what())"
        violation = text
        if isVerbose { lines.append("\(clock.now.milliseconds) VIOLATION \(text)") }
    }

    func note(_ event: Event) { tally[event] += 1 }

    /// Enters what happened into the digest.
    func trace(_ place: String, _ what: String, _ number: UInt64 = 0) {
        mix(UInt64(bitPattern: clock.now.nanoseconds))
        mix(number)
        for byte in place.utf8 { mix(UInt64(byte)) }
        for byte in what.utf8 { mix(UInt64(byte)) }
        if isVerbose { lines.append("\(clock.now.milliseconds) \(place) \(what) \(number)") }
    }

    /// For readers only.
    func remark(_ text: @autoclosure () -> String) {
        if isVerbose { lines.append("\(clock.now.milliseconds)   \(text())") }
    }

    private func mix(_ word: UInt64) {
        digest = (digest ^ word) &* 0x0000_0100_0000_01B3
    }

    /// Writes what a shard logs between the lines.
    func logger(_ name: String) -> Logger {
        guard isVerbose else {
            return Logger(label: name, factory: { _ in SwiftLogNoOpLogHandler() })
        }
        return Logger(label: name, factory: { _ in RecordingLog(name: name, record: self) })
    }
}

private struct RecordingLog: LogHandler {
    let name: String
    let record: Record
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let more = (event.metadata ?? [:]).sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }
        record.remark("\(name) says: \(event.message) \(more.joined(separator: " "))")
    }
}

extension Instant {
    var milliseconds: String { "\(nanoseconds / 1_000_000).\(nanoseconds / 1000 % 1000) ms" }
}
