// What a front asks for answers.

import Cluster
import Queries

/// The services of a root, near or far.
public struct FrontServices: Sendable {
    public var search: any SearchService
    public var documents: any DocumentService
    public var indices: any IndexService
    public var generations: any GenerationSource
    public var leaves: any LeavesService
    public var snapshots: any SnapshotService

    public init(
        search: any SearchService, documents: any DocumentService, indices: any IndexService,
        generations: any GenerationSource, leaves: any LeavesService,
        snapshots: any SnapshotService
    ) {
        self.search = search
        self.documents = documents
        self.indices = indices
        self.generations = generations
        self.leaves = leaves
        self.snapshots = snapshots
    }
}
