// Items and pages for the tests of queues.
import Storage

@testable import canopy

enum QueueTesting {
    static let lease = Duration.seconds(30)

    static func item(_ name: String) -> WorkItem {
        WorkItem(source: ItemSource(place: .file("/" + name), name: name, format: .ndjson))
    }

    /// What is reached after so many batches of three documents.
    static func progress(_ batches: Int) -> ItemProgress {
        var progress = ItemProgress()
        for number in 0..<batches { progress.add(receipt(number)) }
        return progress
    }

    static func receipt(_ number: Int, refused: [RefusedDocument] = []) -> BulkReceipt {
        BulkReceipt(
            number: number, indexed: 3, refused: refused, byteCount: 10,
            position: ReadPosition(byteOffset: Int64(number + 1) * 10))
    }

    static func head(items: Int, lease: Duration = lease) -> QueueHead {
        QueueHead(
            name: "q", id: "0123456789abcdef", index: "i", shardCount: 2, mappings: ["a": 1],
            idField: "key", columns: ["a", "b"],
            batchLimits: BatchLimits(byteCount: 1_000, documentCount: 10), lease: lease,
            sources: ["/a", "/b"], itemCount: items, created: 1_700_000_000_000)
    }
}

extension Instant {
    /// So many seconds after the beginning.
    static func at(_ seconds: Double) -> Instant {
        Instant(nanoseconds: Int64(seconds * 1e9))
    }
}
