// Turns `errno` into a `DiskError`.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension DiskError {
    /// The error of the system call that has just failed on this thread.
    static func last(_ call: String, _ path: String) -> DiskError {
        DiskError(path: path, call: call, code: errno, reason: String(cString: strerror(errno)))
    }
}
