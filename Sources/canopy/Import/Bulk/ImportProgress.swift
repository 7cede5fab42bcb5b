// Counts what an import has done, shared by its tasks, and draws it on one line.

import Synchronization

/// The counters of a running import.
final class ImportProgress: Sendable {
    struct Counts: Sendable, Equatable {
        var indexed: Int64 = 0
        var refused: Int64 = 0
        var byteCount: Int64 = 0
        var retries: Int64 = 0
        /// Why the last retry happened; cleared by the next batch that goes through.
        var waitingFor: String?
        /// Share of the source that was read.
        var fraction: Double?
        /// That share when this run began.
        var startFraction: Double?
    }

    private let counts = Mutex(Counts())

    var current: Counts { counts.withLock { $0 } }

    func took(_ receipt: BulkReceipt) {
        counts.withLock {
            $0.indexed += Int64(receipt.indexed)
            $0.refused += Int64(receipt.refused.count)
            $0.byteCount += Int64(receipt.byteCount)
            $0.waitingFor = nil
        }
    }

    func retried(reason: String) {
        counts.withLock {
            $0.retries += 1
            $0.waitingFor = reason
        }
    }

    func read(fraction: Double?) {
        counts.withLock {
            $0.fraction = fraction
            if $0.startFraction == nil { $0.startFraction = fraction }
        }
    }
}

/// Draws progress: rates over a short window, so that they show what happens now.
struct ImportProgressLine {
    /// The window's length, in readings.
    private static let windowLength = 25

    private var window: [(time: Double, counts: ImportProgress.Counts)] = []

    /// One line without a line feed.
    /// - Parameter elapsed: seconds since the import began.
    mutating func text(_ counts: ImportProgress.Counts, elapsed: Double) -> String {
        window.append((elapsed, counts))
        if window.count > Self.windowLength { window.removeFirst() }
        let span = elapsed - window[0].time
        let documents = counts.indexed - window[0].counts.indexed
        let bytes = counts.byteCount - window[0].counts.byteCount
        let rate = span > 0 ? Double(documents) / span : 0
        var parts = [
            "\(Quantities.count(counts.indexed)) documents",
            "\(Quantities.count(Int64(rate)))/s",
            "\(Quantities.bytes(span > 0 ? Double(bytes) / span : 0))/s",
        ]
        if let fraction = counts.fraction {
            parts.append(Quantities.percent(fraction))
            let done = fraction - (counts.startFraction ?? 0)
            if done > 0.005 && fraction < 1 {
                let left = elapsed / done * (1 - fraction)
                parts.append("\(Quantities.duration(seconds: left)) left")
            }
        }
        if counts.refused > 0 { parts.append("\(Quantities.count(counts.refused)) refused") }
        if let reason = counts.waitingFor {
            parts.append("waiting (\(counts.retries) retries): \(reason)")
        }
        return parts.joined(separator: " · ")
    }
}
