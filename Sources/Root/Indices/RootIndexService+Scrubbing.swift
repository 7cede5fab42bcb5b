// Reading stored bytes again: asked of every leaf, as each reads what its own searches use.

import Cluster
import Queries
import Storage

extension RootIndexService {
    public func scrub(_ expressions: [String], starts: Bool) async throws -> ScrubState {
        let indices = try await resolve(expressions, .standard)
        let leaves = directory.routing.leaves
        let deadline = world.clock.now + configuration.statusTimeout
        let request = LeafScrubRequest(
            starts: starts, indexUUIDs: expressions.isEmpty ? nil : indices.map(\.uuid))
        let calls = leaves.map { leaf in
            let service = directory.service(leaf)
            return DeadlineGroup.Call(to: leaf) {
                try await service.scrub(request, deadline: deadline)
            }
        }
        let answers = try await DeadlineGroup.run(
            calls, deadline: deadline, clock: world.clock, directory: directory)
        return ScrubState(
            leaves: zip(leaves, answers).map { leaf, answer in
                switch answer {
                case .success(let response):
                    ScrubState.Leaf(name: leaf.name, shards: response.shards)
                case .failure(let error):
                    ScrubState.Leaf(
                        name: leaf.name, failure: RemoteError(describing: error).reason)
                }
            },
            indices: Dictionary(
                indices.map { ($0.uuid, $0.name) }, uniquingKeysWith: { $1 }))
    }
}
