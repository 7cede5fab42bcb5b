// What scrubbing tells in numbers.

import Metrics
import Shards
import Storage

struct ScrubMeasures: Sendable {
    private let bytes: Counter
    private let objects: Counter
    private let damaged: [ScrubFinding.Kind: Counter]
    private let mended: [ScrubFinding.Kind: Counter]
    private let oldest: Gauge

    init(leaf: String) {
        func counter(_ name: String, _ kind: ScrubFinding.Kind? = nil) -> Counter {
            Counter(
                label: name,
                dimensions: [("leaf", leaf)] + (kind.map { [("kind", $0.rawValue)] } ?? []))
        }
        let kinds = ScrubFinding.Kind.allCases
        bytes = counter("canopy_scrub_bytes")
        objects = counter("canopy_scrub_objects")
        damaged = Dictionary(
            uniqueKeysWithValues: kinds.map { ($0, counter("canopy_scrub_damaged", $0)) })
        mended = Dictionary(
            uniqueKeysWithValues: kinds.map { ($0, counter("canopy_scrub_mended", $0)) })
        oldest = Gauge(label: "canopy_scrub_oldest_seconds", dimensions: [("leaf", leaf)])
    }

    /// - Parameter age: Of the shard that was last found sound longest ago.
    func note(age: Duration) { oldest.record(age.inSeconds) }

    /// - Parameter known: What was found before counts once.
    func note(_ report: ScrubReport, known: Set<ScrubFinding>) {
        bytes.increment(by: report.bytes)
        objects.increment(by: report.objects)
        for finding in report.findings {
            if !known.contains(finding) { damaged[finding.kind]?.increment() }
            if finding.isMended { mended[finding.kind]?.increment() }
        }
    }
}
