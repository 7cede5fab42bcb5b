// What a front asks for answers.

import Cluster
import Queries

/// The services of a root, near or far.
public struct FrontServices: Sendable {
    public var search: any SearchService
    public var documents: any DocumentService
    public var indices: any IndexService
    public var generations: any GenerationSource

    public init(
        search: any SearchService, documents: any DocumentService, indices: any IndexService,
        generations: any GenerationSource
    ) {
        self.search = search
        self.documents = documents
        self.indices = indices
        self.generations = generations
    }
}
