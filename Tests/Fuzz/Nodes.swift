// What only a whole build has: the messages between nodes.

#if FUZZ_CLUSTER
    let nodeTargets: [FuzzTarget] = [FrameTarget.target, MessageTarget.target]
#else
    let nodeTargets: [FuzzTarget] = []
#endif
