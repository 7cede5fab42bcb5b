// Everything a node may reach beyond its own memory. The executable hands in live ones, a test
// hands in what it controls, and no other code looks elsewhere.

import Storage

public struct World: Sendable {
    public var clock: any NodeClock
    public var random: any RandomSource
    public var transport: any Transport
    public var objects: any ObjectStore
    public var metadata: any MetadataStore
    public var compute: any ComputePool

    public init(
        clock: any NodeClock, random: any RandomSource, transport: any Transport,
        objects: any ObjectStore, metadata: any MetadataStore, compute: any ComputePool
    ) {
        self.clock = clock
        self.random = random
        self.transport = transport
        self.objects = objects
        self.metadata = metadata
        self.compute = compute
    }
}
