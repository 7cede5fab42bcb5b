// All endpoint families, and which one answers what.

struct Endpoints: Sendable {
    let node: NodeEndpoint
    let page: SearchPage
    let probe: ProbeEndpoint
    let search: SearchEndpoint
    let explain: ExplainEndpoint
    let bulk: BulkEndpoint
    let document: DocumentEndpoint
    let multiGet: MultiGetEndpoint
    let index: IndexEndpoint
    let alias: AliasEndpoint
    let analyze: AnalyzeEndpoint
    let health: ClusterHealthEndpoint
    let cat: CatEndpoint
    let leaves: LeavesEndpoint
    let scrub: ScrubEndpoint
    let snapshots: SnapshotEndpoint

    func answer(
        _ endpoint: Endpoint, _ request: FrontRequest, _ connection: PublicConnection?
    ) async throws -> HTTPAnswer {
        switch endpoint {
        case .node: request.prefersHTML ? page.answer : try node.answer(request)
        case .live: probe.live()
        case .ready: await probe.ready()
        case .metrics: probe.scrape()
        case .bulk(let index): try await bulk.answer(request, index: index)
        case .search(let target): try await search.search(request, target: target, connection)
        case .count(let target): try await search.count(request, target: target, connection)
        case .explain(let index, let id):
            try await explain.answer(request, index: index, id: id, connection)
        case .refresh(let target): try await index.refresh(request, target: target)
        case .flush(let target): try await index.flush(request, target: target)
        case .multiGet(let index): try await multiGet.answer(request, index: index)
        case .analyze(let index): try await analyze.answer(request, index: index)
        case .clusterHealth(let target): try await health.answer(request, target: target)
        case .cat(let table, let target):
            try await cat.answer(request, table: table, target: target)
        case .leaves: try await leaves.answer(request)
        case .drainLeaf(let name, let drains):
            try await leaves.drain(request, name: name, drains: drains)
        case .aliases: try await alias.change(request)
        case .alias(let target, let names):
            try await alias.answer(request, target: target, aliases: names)
        case .scrub(let target): try await scrub.answer(request, target: target)
        case .snapshot(let name): try await snapshots.answer(request, name: name)
        case .restore(let name): try await snapshots.restore(request, name: name)
        case .rollBack(let target): try await snapshots.rollBack(request, target: target)
        case .index(let target): try await index.index(request, target: target)
        case .mapping(let target): try await index.mapping(request, target: target)
        case .settings(let target): try await index.settings(request, target: target)
        case .newDocument(let index):
            try await document.index(request, index: index, id: "", action: .index)
        case .document(let index, let id):
            try await self.document(request, index: index, id: id)
        case .create(let index, let id):
            try await document.index(request, index: index, id: id, action: .create)
        case .update(let index, let id):
            try await document.update(request, index: index, id: id)
        }
    }

    private func document(
        _ request: FrontRequest, index: String, id: String
    ) async throws -> HTTPAnswer {
        switch request.method {
        case "GET", "HEAD": try await document.get(request, index: index, id: id)
        case "DELETE": try await document.delete(request, index: index, id: id)
        default: try await document.index(request, index: index, id: id, action: .index)
        }
    }
}
