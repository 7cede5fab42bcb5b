// A root over fake leaves, all in one process and on one manual clock.

import Analysis
import Cluster
import Logging
import Queries
import Storage
import Synchronization

@testable import Root

struct InlineComputePool: ComputePool {
    func run<R: Sendable>(
        _ priority: ComputePriority, _ body: @Sendable @escaping () throws -> R
    ) async throws -> R {
        try body()
    }
}

/// A root stores nothing; one that tried would be noticed.
struct NoObjects: ObjectStore {
    func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome { .unknown("no store") }
    func read(_ key: String) async throws -> [UInt8]? { nil }
    func list(prefix: String, after: String?) async throws -> [String] { [] }
    func delete(_ key: String) async throws {}
    func map(_ key: String) async throws -> MappedBytes? { nil }
    func size(_ key: String) async throws -> Int? { nil }
    func check() async throws {}
    func checkContention() async throws {}
}

struct FakeCluster {
    let clock = ManualClock()
    let store: FakeStore
    let leaves: [FakeLeaf]
    let world: World
    let catalog: Catalog
    private let services: RootServices
    /// The routing table; a test may change it.
    let table: TableBox

    final class TableBox: Sendable {
        let table: Mutex<RoutingTable>
        /// What is found by who looks for a newer table.
        let next = Mutex<RoutingTable?>(nil)
        let reloads = Atomic(0)
        private let changes = AsyncStream.makeStream(of: RoutingTable.self)

        init(_ table: RoutingTable) {
            self.table = Mutex(table)
            changes.continuation.yield(table)
        }

        var stream: AsyncStream<RoutingTable> { changes.stream }

        /// As the root's watch would bring it.
        func become(_ table: RoutingTable) {
            self.table.withLock { $0 = table }
            changes.continuation.yield(table)
        }

        func reload() {
            reloads.add(1, ordering: .relaxed)
            guard let next = next.withLock({ $0 }) else { return }
            become(next)
        }
    }

    init(
        leaves count: Int, store: FakeStore = FakeStore(), metadata: (any MetadataStore)? = nil,
        configuration: RootConfiguration = RootConfiguration()
    ) {
        self.store = store
        let nodes = (0..<count).map {
            LeafNode(name: "leaf-\($0)", address: NodeAddress("leaf-\($0)"))
        }
        let leaves = nodes.map { FakeLeaf(name: $0.name, store: store) }
        self.leaves = leaves
        let table = TableBox(RoutingTable(leaves: nodes))
        self.table = table
        let byName = Dictionary(uniqueKeysWithValues: leaves.map { ($0.name, $0) })
        world = World(
            clock: clock, random: SeededRandom(seed: 7),
            transport: InProcessTransport(clock: clock), objects: NoObjects(),
            metadata: metadata ?? InMemoryMetadataStore(clock: clock),
            compute: InlineComputePool())
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        catalog = Catalog(metadata: world.metadata, logger: logger)
        let directory = LeafDirectory(
            routing: { table.table.withLock { $0 } }, tables: { table.stream },
            reload: { table.reload() },
            leaves: { byName[$0.name] ?? FakeLeaf(name: $0.name, store: FakeStore()) })
        services = RootServices(
            world: world, membership: world.metadata, catalog: catalog,
            routing: .fixed(RoutingTable(leaves: nodes)), directory: directory,
            configuration: configuration, name: "root", lease: .seconds(2), logger: logger)
    }

    var search: RootSearchService { services.search }
    var documents: RootDocumentService { services.documents }
    var indices: RootIndexService { services.indices }
    var watch: GenerationWatch { services.watch }
    var directory: LeafDirectory { services.directory }

    static let mappings: JSONValue = [
        "mappings": [
            "properties": [
                "body": ["type": "text"], "year": ["type": "integer"],
                "name": ["type": "completion"],
            ]
        ]
    ]

    /// An index of so many documents, in 16 shards.
    func fill(_ name: String = "books", documents count: Int = 200) async throws -> IndexMetadata {
        var body = Self.mappings.objectValue ?? JSONObject()
        body["settings"] = ["number_of_shards": 16]
        let index = try await indices.create(name, body: .object(body))
        let words = ["ant", "bee", "cat", "dog", "elk"]
        var items: [WriteItem] = []
        for number in 0..<count {
            let chosen = (0..<(1 + number % 4)).map { words[(number * 7 + $0 * $0) % 5] }
            let document = FakeDocument(
                id: "\(name)-\(number)", words: chosen, year: Int64(1990 + number % 7))
            items.append(
                WriteItem(
                    index: name,
                    operation: DocumentOperation(
                        action: .index, id: document.id, source: document.source)))
        }
        let response = try await documents.write(WriteRequest(items: items))
        precondition(response.items.allSatisfy { $0.outcome.error == nil })
        return index
    }

    /// Gives every shard of the index so many serving copies, its owner's and those of the leaves
    /// behind it.
    func replicate(_ index: IndexMetadata, copies: Int) {
        let old = table.table.withLock { $0 }
        let names = old.leaves.map(\.name)
        let assignments = (0..<index.shardCount).map { shard in
            let owner = owner(of: shard, index)?.name ?? ""
            let place = names.firstIndex(of: owner) ?? 0
            return ShardAssignment(
                owner: owner, copies: (0..<copies).map { names[(place + $0) % names.count] })
        }
        table.become(
            RoutingTable(
                leaves: old.leaves, assignments: [index.uuid: assignments],
                version: old.version + 1))
    }

    /// The document with the number of a leaf that holds shards of the index, which must exist.
    func owner(of shard: Int, _ index: IndexMetadata) -> FakeLeaf? {
        let table = table.table.withLock { $0 }
        let node = table.leaf(indexUUID: index.uuid, shard: shard, shardCount: index.shardCount)
        return leaves.first { $0.name == node?.name }
    }
}

func request(
    _ body: String, _ parameters: [(String, String)] = [], indices: [String] = ["books"]
) throws -> SearchRequest {
    try QueryDSLParser.parseSearch(
        Array(body.replacing("'", with: "\"").utf8), parameters: parameters, indices: indices)
}

/// Everything of an answer that must not depend on the leaves, as text.
func essence(_ response: SearchResponse) -> String {
    var lines = [
        "total \(response.total.map { "\($0.value)\($0.isLowerBound ? "+" : "")" } ?? "-")"
    ]
    lines.append("max \(response.maximumScore.map { "\($0.bitPattern)" } ?? "-")")
    for hit in response.hits {
        lines.append(
            "\(hit.index)/\(hit.id) \(hit.score.map { "\($0.bitPattern)" } ?? "-") "
                + "\(hit.sortValues) \(String(decoding: hit.source ?? [], as: UTF8.self))")
    }
    for facet in response.facets {
        lines.append("\(facet.name) \(facet.result.buckets.map { "\($0.key)=\($0.count)" })")
    }
    for answer in response.suggestions { lines.append("\(answer)") }
    lines.append("shards \(response.shards) timed out \(response.timedOut)")
    return lines.joined(separator: "\n")
}
