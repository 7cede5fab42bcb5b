// Threads of our own that take closures from lanes: tasks share their threads with everything
// else, so long computing and blocking calls must happen somewhere else.

import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Closures wait in lanes; a lower lane goes first. Threads are split in groups, and a lane
/// belongs to one group.
final class WorkerThreads: Sendable {
    typealias Job = @Sendable () -> Void

    struct Lane: Sendable {
        /// Which group of threads serves it.
        let group: Int
        /// How many of its jobs (and those of lanes that share the limit) run at once.
        let limit: Int
    }

    struct Group: Sendable {
        let threads: Int
        /// Added to the threads' nice value: 0 is normal, 19 yields to everything.
        let niceness: Int32
    }

    private let queue: LaneQueue

    init(groups: [Group], lanes: [Lane]) {
        queue = LaneQueue(lanes: lanes)
        for (index, group) in groups.enumerated() {
            for _ in 0..<group.threads {
                Self.start(group: index, niceness: group.niceness, queue)
            }
        }
    }

    /// The threads finish what is queued, then end.
    deinit {
        queue.close()
    }

    func run(lane: Int, _ job: @escaping Job) {
        queue.push(job, lane: lane)
    }

    private static func start(group: Int, niceness: Int32, _ queue: LaneQueue) {
        startThread {
            if niceness != 0 { lowerPriority(niceness) }
            while let (job, lane) = queue.take(group: group) {
                job()
                queue.finished(lane: lane)
            }
        }
    }

    private static func lowerPriority(_ niceness: Int32) {
        #if canImport(Glibc)
            // On Linux this is the calling thread's own value. Being refused does no harm.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
        #endif
    }

    // MARK: Threads

    /// What a new thread is handed through C's untyped pointer.
    private final class Assignment: Sendable {
        let work: @Sendable () -> Void

        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    /// Runs `work` on a thread of its own, which ends with it.
    static func startThread(_ work: @escaping @Sendable () -> Void) {
        let argument = Unmanaged.passRetained(Assignment(work)).toOpaque()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, stackByteCount)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let status = pthread_create(&thread, &attributes, workerMain, argument)
        pthread_attr_destroy(&attributes)
        precondition(status == 0, "the system refuses a thread: error \(status)")
    }

    /// As large as a main thread's, since parsers recurse.
    private static let stackByteCount = 8 << 20

    #if canImport(Glibc)
        private static let workerMain:
            @convention(c) (UnsafeMutableRawPointer?)
                -> UnsafeMutableRawPointer? = { argument in
                    guard let argument else { return nil }
                    Unmanaged<Assignment>.fromOpaque(argument).takeRetainedValue().work()
                    return nil
                }
    #else
        private static let workerMain:
            @convention(c) (UnsafeMutableRawPointer)
                -> UnsafeMutableRawPointer? = { argument in
                    Unmanaged<Assignment>.fromOpaque(argument).takeRetainedValue().work()
                    return nil
                }
    #endif
}
