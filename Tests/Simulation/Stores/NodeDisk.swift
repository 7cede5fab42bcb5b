// The disk that the processes of one machine share, as one of them sees it: its calls can fail,
// and end with the process. A failure of the power ends all of them in the middle of a call.

import Storage

/// What the processes share. Touched by one thread only.
final class SimulatedMachine: @unchecked Sendable {
    static let root = "/data"
    private static let sectorBytes = 512
    let disk = FaultyDisk(sectorBytes: SimulatedMachine.sectorBytes)
    let witness: Witness
    /// Calls from now to the next failure of the power or death of the caller.
    var callsToPowerLoss: Int?
    var callsToDeath: Int?
    var onPowerLoss: () -> Void = {}
    var onDeath: (NodeProcess) -> Void = { _ in }

    init(witness: Witness) throws {
        self.witness = witness
        try disk.createDirectory(Self.root)
        try disk.synchronizeDirectory("/")
    }

    func read(_ key: String) -> [UInt8]? { (try? disk.read(Self.root + "/" + key)) ?? nil }

    /// Before a call of the process.
    func count(_ process: NodeProcess) {
        if let calls = callsToPowerLoss {
            callsToPowerLoss = calls > 0 ? calls - 1 : nil
            if calls == 0 { onPowerLoss() }
        }
        if let calls = callsToDeath {
            callsToDeath = calls > 0 ? calls - 1 : nil
            if calls == 0 { onDeath(process) }
        }
    }
}

final class NodeDisk: Disk {
    private let machine: SimulatedMachine
    private let process: NodeProcess
    private let network: Network
    /// What a mutant leaves out.
    private let skipsSynchronizing: Bool

    init(
        machine: SimulatedMachine, process: NodeProcess, network: Network,
        skipsSynchronizing: Bool
    ) {
        self.machine = machine
        self.process = process
        self.network = network
        self.skipsSynchronizing = skipsSynchronizing
    }

    private static let ioError: Int32 = 5
    private static let noSpace: Int32 = 28

    private func pass(_ call: String, _ path: String, needsSpace: Bool = false) throws(DiskError) {
        machine.count(process)
        guard process.condition != .dead else {
            throw DiskError(path: path, call: call, code: Self.ioError, reason: "killed")
        }
        if network.failsOnDisk() {
            let code = needsSpace ? Self.noSpace : Self.ioError
            throw DiskError(path: path, call: call, code: code, reason: "simulated")
        }
    }

    private static func key(_ path: String) -> String {
        String(path.dropFirst(SimulatedMachine.root.count + 1))
    }

    func create(_ path: String) throws(DiskError) -> OpenFile {
        try pass("open", path, needsSpace: true)
        return try machine.disk.create(path)
    }

    func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(DiskError) {
        try pass("write", file.path, needsSpace: true)
        try machine.disk.write(bytes, to: file)
    }

    func synchronize(_ file: OpenFile) throws(DiskError) {
        try pass("fdatasync", file.path)
        if !skipsSynchronizing { try machine.disk.synchronize(file) }
    }

    func close(_ file: OpenFile) { machine.disk.close(file) }

    func link(_ path: String, to name: String) throws(DiskError) -> Bool {
        try pass("link", name, needsSpace: true)
        let isNew = try machine.disk.link(path, to: name)
        let key = Self.key(name)
        if isNew, let bytes = machine.read(key) { machine.witness.created(key, bytes) }
        return isNew
    }

    func unlink(_ path: String) throws(DiskError) -> Bool {
        try pass("unlink", path)
        let was = try machine.disk.unlink(path)
        if was { machine.witness.deleted(Self.key(path)) }
        return was
    }

    func rename(_ path: String, to name: String) throws(DiskError) {
        try pass("rename", path)
        try machine.disk.rename(path, to: name)
    }

    func createDirectory(_ path: String) throws(DiskError) {
        try pass("mkdir", path, needsSpace: true)
        try machine.disk.createDirectory(path)
    }

    func synchronizeDirectory(_ path: String) throws(DiskError) {
        try pass("fsync", path)
        if !skipsSynchronizing { try machine.disk.synchronizeDirectory(path) }
    }

    func entries(of directory: String) throws(DiskError) -> [DirectoryEntry]? {
        try pass("readdir", directory)
        return try machine.disk.entries(of: directory)
    }

    func read(_ path: String) throws(DiskError) -> [UInt8]? {
        try pass("read", path)
        return try machine.disk.read(path)
    }

    func size(_ path: String) throws(DiskError) -> Int? {
        try pass("stat", path)
        return try machine.disk.size(path)
    }

    func map(_ path: String) throws(DiskError) -> MappedBytes? {
        try pass("mmap", path)
        return try machine.disk.map(path)
    }
}

/// The real folder store on such a disk, with time around each call.
final class FolderClient: ObjectStore {
    private let folder: FolderObjectStore
    private let network: Network
    private let process: NodeProcess

    init(folder: FolderObjectStore, network: Network, process: NodeProcess) {
        self.folder = folder
        self.network = network
        self.process = process
    }

    func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome {
        guard await begin() else { return .unknown("the node is dead") }
        let outcome = await folder.create(key, bytes)
        return await end() ? outcome : .unknown("the node is dead")
    }

    func read(_ key: String) async throws -> [UInt8]? {
        try await call(key) { try await $0.read(key) }
    }

    func map(_ key: String) async throws -> MappedBytes? {
        try await call(key) { try await $0.map(key) }
    }

    func size(_ key: String) async throws -> Int? {
        try await call(key) { try await $0.size(key) }
    }

    func list(prefix: String, after: String?) async throws -> [String] {
        try await call(prefix) { try await $0.list(prefix: prefix, after: after) }
    }

    func delete(_ key: String) async throws { try await call(key) { try await $0.delete(key) } }
    func check() async throws {}
    func checkContention() async throws {}

    private func begin() async -> Bool {
        guard await process.isThere() else { return false }
        await network.travel()
        return await process.isThere()
    }

    private func end() async -> Bool {
        await network.travel()
        return await process.isThere()
    }

    private func call<R: Sendable>(
        _ key: String, _ body: (FolderObjectStore) async throws -> R
    ) async throws -> R {
        let gone = ObjectStoreError(key: key, reason: "the node is dead", remedy: "start it")
        guard await begin() else { throw gone }
        let found = try await body(folder)
        guard await end() else { throw gone }
        return found
    }
}
