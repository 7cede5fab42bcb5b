// What a queue keeps in the metadata store: written, read back, and refused when it is damaged.
import Analysis
import Cluster
import Testing

@testable import canopy

@Suite struct QueueCodingTests {
    static let items: [WorkItem] = {
        var part = QueueTesting.item("sub/é \"quoted\".ndjson")
        part.source.bytes = 1_000..<2_000
        part.source.linesBefore = 17
        part.source.byteCount = 5_000
        part.source.modified = -5
        part.claim(by: "host:1:abc")
        part.advance(to: QueueTesting.progress(3), documentsPerSecond: 1_234)
        var object = WorkItem(
            source: ItemSource(place: .object("a/b=c/d.csv.gz"), name: "d", format: .csv))
        object.progress.examples = [
            RefusedDocument(place: .init(source: "d", line: 4), id: "", reason: "no"),
            RefusedDocument(place: .init(source: "d", line: 5), id: "x", reason: "never"),
        ]
        object.progress.refused = 2
        object.fail("damaged")
        var folder = WorkItem(
            source: ItemSource(
                place: .file("/notes"), name: "notes", format: .folder, after: "a", through: "b/c"))
        folder.progress.position.path = "b"
        for _ in 0..<WorkItem.attemptLimit { folder.fail("gone") }
        var done = QueueTesting.item("done")
        done.claim(by: "w")
        done.finish(with: QueueTesting.progress(2))
        var shard = WorkItem(source: .shard(7))
        shard.claim(by: "w")
        shard.advance(to: QueueTesting.progress(4), documentsPerSecond: 9)
        return [part, object, folder, done, shard, QueueTesting.item("waiting")]
    }()

    @Test func pagesComeBackAsTheyWere() throws {
        let bytes = QueuePage.encoded(Self.items)
        #expect(try QueuePage.items(bytes, key: "k") == Self.items)
    }

    @Test func aWaitingItemIsSmall() {
        let bytes = QueuePage.encoded([QueueTesting.item("a.ndjson")])
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"items":[{"file":"/a.ndjson","name":"a.ndjson","format":"ndjson"}]}"#)
    }

    @Test func aFullPageFitsWhatMetadataStoresTake() throws {
        var item = QueueTesting.item(String(repeating: "long-", count: 50))
        let refusal = RefusedDocument(
            place: .init(source: item.source.name, line: 1), id: String(repeating: "i", count: 512),
            reason: String(repeating: "r", count: 5_000))
        let receipt = QueueTesting.receipt(0, refused: Array(repeating: refusal, count: 100))
        item.claim(by: "host:1:abc")
        item.progress.add(receipt)
        item.fail(String(repeating: "f", count: 10_000))
        let page = Array(repeating: item, count: QueuePage.itemCount)
        // etcd refuses values of more than 1.5 MB.
        #expect(QueuePage.encoded(page).count < 1_000_000)
        #expect(item.progress.refused == 100)
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"items":[{}]}"#, #"{"items":[{"file":"/a","name":"a"}]}"#,
        #"{"items":[{"file":"/a","name":"a","format":"banana"}]}"#,
        #"{"items":[{"file":"/a","name":"a","format":"csv","state":"lost"}]}"#,
        #"{"items":[{"file":"/a","name":"a","format":"csv","state":"claimed"}]}"#,
        #"{"items":[{"file":"/a","name":"a","format":"csv","batches":-1}]}"#,
        #"{"items":[{"file":"/a","name":"a","format":"csv","start":5,"end":4}]}"#,
        #"{"items":[{"file":"/a","name":"a","format":"csv","examples":[{}]}]}"#,
    ])
    func damagedPagesAreRefused(text: String) {
        let error = #expect(throws: QueueError.self) {
            try QueuePage.items(Array(text.utf8), key: "queued/q/1")
        }
        #expect(error?.description.contains("queued/q/1") == true)
    }

    @Test func headsComeBackAsTheyWere() throws {
        var head = QueueTesting.head(items: 130)
        #expect(try QueueHead(encoded: head.encoded(), key: "queue/q") == head)
        head.isReady = true
        head.indexUUID = "u"
        (head.mappings, head.idField, head.columns) = (nil, nil, nil)
        var index = OfflineIndex(
            description: IndexMetadata(
                name: "i", uuid: "u", shardCount: 2,
                schema: try Schema(
                    mappings: ["properties": ["t": ["type": "text"]]], settings: nil),
                created: 5), replaces: true, alias: "a")
        index.replacedUUID = "old"
        index.isPublished = true
        head.offline = index
        #expect(try QueueHead(encoded: head.encoded(), key: "queue/q") == head)
        #expect(head.pageCount == 3 && head.pageKey(2) == "queued/q/0123456789ab/000002")
        #expect(head.page(ofKey: head.pageKey(2)) == 2 && head.page(ofKey: "queue/q") == nil)
    }

    @Test func damagedHeadsAreRefused() throws {
        let head = QueueTesting.head(items: 1)
        let json = try JSONParser.parse(head.encoded())
        for (key, value): (String, JSONValue) in [
            ("version", 2), ("id", .null), ("shards", 0), ("batch_bytes", 0), ("lease_ms", -1),
            ("items", -1), ("items", 1_000_000_000), ("ready", "yes"), ("name", "other"),
            ("offline", ["replaces": true]),
        ] {
            var object = try #require(json.objectValue)
            object[key] = value
            #expect(throws: QueueError.self, "\(key)") {
                try QueueHead(encoded: JSONValue.object(object).encoded(), key: "queue/q")
            }
        }
    }

    @Test func queueNamesAreNarrow() {
        for name in ["a", "wiki-2026.07_x", "0", String(repeating: "a", count: 64)] {
            #expect(QueueHead.fault(inName: name) == nil)
        }
        for name in ["", "A", "a/b", "-a", ".a", "ä", "a b", String(repeating: "a", count: 65)] {
            #expect(QueueHead.fault(inName: name) != nil)
        }
    }

    @Test func whatWorkersTellComesBack() {
        for event in [
            WorkerEvent.message("line\nwith \"quotes\""),
            .counts(.init(indexed: 5, refused: 1, byteCount: 99, retries: 2, waitingFor: "busy")),
            .counts(.init()),
        ] {
            let line = event.encoded()
            #expect(line.last == 0x0A && line.count { $0 == 0x0A } == 1)
            #expect(WorkerEvent(line: Array(line.dropLast())) == event)
        }
        #expect(WorkerEvent(line: Array("{}".utf8)) == nil)
        #expect(WorkerEvent(line: Array("Fatal".utf8)) == nil)
    }

    @Test func sizesAreReadWithTheirUnits() {
        for (text, bytes) in [
            ("32MiB", Int64(32) << 20), ("1GiB", 1 << 30), ("64MB", 64_000_000), ("1.5kb", 1_500),
            ("0", 0), ("700", 700), ("700B", 700),
        ] {
            #expect(ByteCountArgument(argument: text)?.byteCount == bytes)
        }
        for text in ["", "MiB", "-1", "many", "1e30GB"] {
            #expect(ByteCountArgument(argument: text) == nil)
        }
    }
}
