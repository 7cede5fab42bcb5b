// The conformance probe: does creating really refuse what exists, and is a list never stale?

extension FolderObjectStore {
    public func check() async throws {
        try await ConformanceProbe(store: self, name: probeName).run()
    }

    public func checkContention() async throws {
        try await ConformanceProbe(store: self, name: probeName + "-contended").runContended()
    }
}
