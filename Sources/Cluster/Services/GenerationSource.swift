// What a cache needs to know before it answers for an index.

import Queries

public protocol GenerationSource: Sendable {
    /// The newest known generation of each index, by name. Nil when one of them is unknown or was
    /// not searched lately, so that nobody watches it: a cache must then ask the leaves.
    func generations(of indices: [String]) -> [IndexGeneration]?
}
