// `_scrub`: whether stored bytes are still what they were.

import Analysis
import Cluster
import Queries
import Storage

struct ScrubEndpoint: Sendable {
    let indices: any IndexService

    /// `GET` tells what was found; `POST` has everything read again now.
    func answer(_ request: FrontRequest, target: String?) async throws -> HTTPAnswer {
        var parameters = request.parameters
        let named = parameters.take("index")
        try parameters.finish(request.path)
        try request.refuseBody()
        let names = IndexTarget.names(target ?? named)
        return Self.render(
            try await indices.scrub(names, starts: request.method == "POST"))
    }

    static func render(_ state: ScrubState) -> HTTPAnswer {
        let all = state.leaves.flatMap(\.shards)
        return HTTPAnswer { writer in
            writer.member("running", all.contains { $0.isPending })
            figures(all, &writer)
            writer.member("leaves", array: state.leaves) { writer, leaf in
                writer.beginObject()
                writer.member("name", leaf.name)
                if let failure = leaf.failure { writer.member("failure", failure) }
                figures(leaf.shards, &writer)
                writer.endObject()
            }
            let found = state.leaves.flatMap { leaf in
                leaf.shards.flatMap { shard in shard.findings.map { (leaf, shard, $0) } }
            }
            writer.member("findings", array: found) { writer, found in
                let (leaf, shard, finding) = found
                writer.beginObject()
                place(leaf, shard, state, &writer)
                writer.member("kind", finding.kind)
                writer.member("object", finding.object)
                writer.member("reason", finding.reason)
                writer.member("mended", finding.isMended)
                writer.member("remedy", finding.remedy)
                writer.endObject()
            }
            let failed = state.leaves.flatMap { leaf in
                leaf.shards.compactMap { shard in shard.failure.map { (leaf, shard, $0) } }
            }
            writer.member("failures", array: failed) { writer, failed in
                let (leaf, shard, reason) = failed
                writer.beginObject()
                place(leaf, shard, state, &writer)
                writer.member("reason", reason)
                writer.endObject()
            }
        }
    }

    private static func figures(_ shards: [ScrubbedShard], _ writer: inout JSONWriter) {
        let findings = shards.flatMap(\.findings)
        writer.member("shards", shards.count)
        writer.member("pending", shards.count { $0.isPending })
        writer.member("objects", shards.reduce(0) { $0 + $1.objectCount })
        writer.member("bytes", shards.reduce(0) { $0 + $1.byteCount })
        writer.member("damaged", findings.count)
        writer.member("mended", findings.count(where: \.isMended))
        let age = shards.map(\.age).max() ?? .zero
        writer.member("oldest_seconds", age.wholeNanoseconds / 1_000_000_000)
    }

    private static func place(
        _ leaf: ScrubState.Leaf, _ shard: ScrubbedShard, _ state: ScrubState,
        _ writer: inout JSONWriter
    ) {
        writer.member("leaf", leaf.name)
        writer.member("index", state.indices[shard.indexUUID] ?? shard.indexUUID)
        writer.member("shard", shard.shard)
    }
}
