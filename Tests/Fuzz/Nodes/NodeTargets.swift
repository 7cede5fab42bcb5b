// What nodes send each other: only in builds that have Cluster, which needs packages.

#if FUZZ_CLUSTER
    let nodeTargets = [FrameTarget.target, MessageTarget.target, LeafSearchTarget.target]
#else
    let nodeTargets: [FuzzTarget] = []
#endif
