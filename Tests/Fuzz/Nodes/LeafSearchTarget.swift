// Searches as a hostile node sends them: no root has brought them into their normal form.

#if FUZZ_CLUSTER
    import Execution
    import Queries
    import Segments
    import Storage

    @testable import Cluster

    enum LeafSearchTarget {
        static let target = FuzzTarget(
            name: "leaf-search", reads: "Searcher: any query another node can send, run",
            seeds: seeds, run: run)

        private static let segment = Result {
            try SegmentReader(MappedBytes(owned: BaseSegment.all.get()[1].image), name: "base")
        }

        static func run(_ bytes: UnsafeRawBufferPointer) throws {
            let request = try MessageCoding.decode(WireSearchRequest.self, [UInt8](bytes)).request()
            let view = SegmentView(segment: try segment.get(), live: nil)
            let searcher = Searcher(
                shards: [ShardView(shard: 0, segments: [view])],
                schema: try BaseSegment.schema.get())
            let search = searcher.begin(request.query) { false }
            let own = try search.statistics()
            let hits = try search.hits(request.statistics ?? own)
            try require(
                hits.hits.count <= max(0, request.query.count)
                    && hits.hits.allSatisfy { $0.address.document < 300 }, "hits of nowhere")
            _ = try MessageCoding.encode(WireSearchResponse(LeafSearchResponse(top: hits)))
        }

        static func seeds() throws -> [[UInt8]] {
            try FuzzQueries.all().enumerated().map { number, query in
                let request = LeafSearchRequest(
                    indexUUID: "uuid", shards: [0], schemaVersion: 1, query: query,
                    pin: number % 2 == 0 ? 3 : nil)
                return try MessageCoding.encode(WireSearchRequest(request))
            }
        }
    }
#endif
