// `canopy queue create`: looks through sources, cuts them into items, and writes those down.

import Analysis
import ArgumentParser
import Foundation
import Storage

struct QueueCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Cut sources into items for workers.",
        discussion: """
            SOURCES
              FILE            NDJSON, CSV, TSV or an apt package list, compressed or not
              FOLDER          all such files in it, and its .txt, .md and .html files
              bucket:PREFIX   objects of the cluster's bucket whose keys begin so

            Large NDJSON files that are not compressed are cut into parts of whole lines, for \
            which they are read once; all else is an item as a whole. Every worker must see the \
            files under the same paths.

            EXAMPLES
              canopy queue create wiki wiki.ndjson --index wiki --into-parts 64MiB
              canopy queue create mixed dumps/ notes/ cities.csv --index mixed
              canopy queue create wiki wiki.ndjson --index wiki --offline --replace
              canopy queue create logs bucket:exports/2026/ --index logs --config canopy.yaml

            A document without an id gets one made of its file's name and line, the same whoever \
            reads it. Making a queue does not ask the servers; the index is made by the first \
            worker, if it is not there.

            With --offline, workers ask no server at all: they write the shards of a new index \
            into the cluster's object store themselves, and it appears, complete, when the last \
            one is there; with --replace in one step in the place of the index that has the name.
            """)

    @Argument(help: "The queue's name: lowercase letters, digits, '-', '_', '.'.")
    var name: String

    @Argument(help: "Files, folders, and bucket:PREFIX.")
    var sources: [String]

    @Option(name: .shortAndLong, help: "The index that receives the documents.")
    var index: String

    @Option(help: "Size of the parts of large NDJSON files; 0 leaves them whole.")
    var intoParts = ByteCountArgument(mebibytes: 32)

    @Option(help: "What all sources are; told from their names when left out.")
    var format: SourceFormat?

    @Option(help: "The field whose value is the document's id.")
    var idField: String?

    @Option(help: ArgumentHelp("Columns of CSV or TSV without a header row.", valueName: "a,b,c"))
    var columns: String?

    @Option(help: "Shards of a new index.")
    var shards = 8

    @Option(help: "A JSON file with the mapping of a new index.", completion: .file())
    var mapping: String?

    @Flag(help: "Build the index beside the cluster, and publish it when it is complete.")
    var offline = false

    @Flag(help: "With --offline: take the place of an index of that name.")
    var replace = false

    @Option(help: "With --offline: an alias that is moved to the index when it is published.")
    var alias: String?

    @Option(help: "Bytes of one bulk request (2 MiB), or offline of one chunk of parts (32 MiB).")
    var batchBytes: ByteCountArgument?

    @Option(help: "Documents of one bulk request (2,000) or chunk (200,000) at most.")
    var batchDocuments: Int?

    @Option(help: "A worker that gives no sign of life for as long loses its item.")
    var lease = DurationArgument(seconds: 30)

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var stores: ClusterStoreOptions

    /// Bytes; smaller parts would be all overhead.
    private static let smallestPart: Int64 = 1_024

    func validate() throws {
        if let fault = QueueHead.fault(inName: name) { throw ValidationError(fault) }
        if sources.isEmpty { throw ValidationError("name at least one source") }
        if shards < 1 { throw ValidationError("--shards must be at least 1") }
        if intoParts.byteCount != 0, intoParts.byteCount < Self.smallestPart {
            throw ValidationError("--into-parts must be 0 or at least \(Self.smallestPart) bytes")
        }
        if alias != nil, !offline { throw ValidationError("--alias needs --offline") }
        if alias == index { throw ValidationError("--alias must not be the index's own name") }
        if replace, !offline { throw ValidationError("--replace needs --offline") }
        if batchLimits.byteCount < 1 || batchLimits.documentCount < 1 {
            throw ValidationError("a batch must hold at least one byte and one document")
        }
        if lease.duration < .seconds(1) || lease.duration > .seconds(3_600) {
            throw ValidationError("--lease must be between 1s and 1h")
        }
    }

    func run() async throws {
        let opened = try await stores.open()
        let store = QueueStore(metadata: opened.metadata)
        let partBytes = intoParts.byteCount == 0 ? nil : intoParts.byteCount
        var listing = SourceListing(
            format: format, partBytes: partBytes, bucket: opened.bucket,
            report: { StandardStreams.writeError($0 + "\n") })
        for source in sources { try await listing.add(source) }
        var items = try listing.plan.items(partBytes: partBytes ?? .max)
        var head = QueueHead(
            name: name, id: opened.random.nextName(), index: index, shardCount: shards,
            mappings: try mapping.map(IndexPreparation.mappings(file:)), idField: idField,
            columns: columns?.split(separator: ",").map(\.trimmed), batchLimits: batchLimits,
            lease: lease.duration, sources: sources, itemCount: items.count,
            created: opened.clock.wallMilliseconds)
        if offline {
            try await OfflinePreparation(opened: opened, replaces: replace, alias: alias)
                .prepare(&head, &items)
        }
        do {
            try await store.create(head, items)
        } catch {
            try? await opened.build(head)?.removeParts()
            throw error
        }
        show(head, listing.plan)
    }

    private var batchLimits: BatchLimits {
        let bytes = offline ? OfflineIndex.chunkBytes : Self.batchBytes
        let documents = offline ? OfflineIndex.chunkDocuments : Self.batchDocuments
        return BatchLimits(
            byteCount: Int(batchBytes?.byteCount ?? bytes),
            documentCount: batchDocuments ?? documents)
    }

    private static let batchBytes: Int64 = 2 << 20
    private static let batchDocuments = 2_000

    private func show(_ head: QueueHead, _ plan: QueuePlan) {
        if json {
            let object: JSONValue = [
                "name": .string(name), "index": .string(index),
                "items": .integer(Int64(head.itemCount)), "bytes": .integer(plan.byteCount),
                "left_out": .integer(Int64(plan.leftOut)),
            ]
            StandardStreams.writeOutput(object.encoded() + [0x0A])
            return
        }
        let style = TerminalStyle.detect(descriptor: 1)
        var text =
            "\(style.green("✓")) \(style.bold(name)): \(Quantities.count(head.itemCount)) items, "
            + "\(Quantities.bytes(plan.byteCount)), into \(style.bold(index))\n"
        if plan.leftOut > 0 {
            text += "  \(Quantities.count(plan.leftOut)) files of other kinds are left out\n"
        }
        StandardStreams.writeOutput(text + "  canopy queue work \(name)\n")
    }
}
