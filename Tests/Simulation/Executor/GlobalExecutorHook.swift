// The runtime's own place to look at every job before it goes to the global pool. Jobs made on a
// thread that runs a simulation stay on it; all others go where they would have gone.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum GlobalExecutorHook {
    private typealias Enqueue = @convention(thin) (UnownedJob) -> Void
    private typealias Hook = @convention(thin) (UnownedJob, Enqueue) -> Void

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        install()
        return key
    }()

    /// From now on this thread's jobs are the executor's. Returns what `leave` wants.
    static func enter(_ executor: SeededExecutor) -> UnsafeMutableRawPointer? {
        let outer = pthread_getspecific(key)
        pthread_setspecific(key, Unmanaged.passUnretained(executor).toOpaque())
        return outer
    }

    static func leave(_ outer: UnsafeMutableRawPointer?) {
        pthread_setspecific(key, outer)
    }

    private static func install() {
        let hook: Hook = { job, original in
            if let current = pthread_getspecific(GlobalExecutorHook.key) {
                Unmanaged<SeededExecutor>.fromOpaque(current).takeUnretainedValue().enqueue(job)
            } else {
                original(job)
            }
        }
        guard let place = dlsym(nil, "swift_task_enqueueGlobal_hook") else {
            preconditionFailure("this Swift runtime has no hook for its global executor")
        }
        place.assumingMemoryBound(to: UnsafeRawPointer?.self).pointee =
            unsafeBitCast(hook, to: UnsafeRawPointer?.self)
    }
}
