// A disk in memory that forgets at a crash what was not synchronised: any part of unsynchronised
// file contents, and each unsynchronised directory operation on its own. It can also refuse
// calls, and stop for good after a given number of them.

import Storage
import Synchronization

final class FaultyDisk: Disk {
    private struct Node {
        var isDirectory = false
        var data: [UInt8] = []
        var durableData: [UInt8] = []
        var entries: [String: Int] = [:]
        var durableEntries: [String: Int] = [:]
        /// Changes of entries since the last synchronisation, in order.
        var pending: [(name: String, node: Int?)] = []
    }

    private struct State {
        var nodes: [Int: Node] = [0: Node(isDirectory: true)]
        var nextNode = 1
        var calls = 0
        var crashAtCall: Int?
        var refusals: [String: [Int32]] = [:]
        var openFiles: [Int32: Int] = [:]
    }

    private let state = Mutex(State())
    /// What of a file arrives or does not arrive as one.
    private let sectorBytes: Int
    private static let ioError: Int32 = 5
    private static let missing: Int32 = 2
    static let noSpace: Int32 = 28

    init(sectorBytes: Int = 1) {
        self.sectorBytes = sectorBytes
    }

    /// How many calls were made so far.
    var callCount: Int { state.withLock { $0.calls } }

    /// From the call of this number on (the first is 1) nothing works until `crash`.
    func stop(atCall number: Int?) {
        state.withLock { $0.crashAtCall = number }
    }

    /// The next call of this name fails with this code, without doing anything.
    func refuse(_ call: String, code: Int32) {
        state.withLock { $0.refusals[call, default: []].append(code) }
    }

    /// Power off and on.
    func crash(_ random: any RandomSource) {
        state.withLock { state in
            state.crashAtCall = nil
            state.refusals = [:]
            state.openFiles = [:]
            for number in state.nodes.keys.sorted() {
                guard var node = state.nodes[number] else { continue }
                for change in node.pending where random.next(below: 2) == 0 {
                    node.durableEntries[change.name] = change.node
                }
                node.pending = []
                node.entries = node.durableEntries
                node.data = torn(node.data, durable: node.durableData, random)
                node.durableData = node.data
                state.nodes[number] = node
            }
        }
    }

    /// What a crash leaves of a file: the durable part, and some of the rest, sectors of which
    /// may never have arrived.
    private func torn(
        _ data: [UInt8], durable: [UInt8], _ random: any RandomSource
    ) -> [UInt8] {
        guard data.count > durable.count else { return durable }
        var kept = Array(data[..<random.next(in: durable.count..<data.count + 1)])
        var sector = durable.count
        while sector < kept.count {
            let end = min(kept.count, (sector / sectorBytes + 1) * sectorBytes)
            if random.next(below: 4) == 0 {
                for index in sector..<end { kept[index] = 0 }
            }
            sector = end
        }
        return kept
    }

    /// Flips one bit of a file, durably. False when there is no such byte.
    func flip(_ path: String, bit: Int) -> Bool {
        state.withLock { state in
            guard let number = Self.find(path, state), let node = state.nodes[number],
                bit / 8 < node.data.count
            else { return false }
            state.nodes[number]?.data[bit / 8] ^= 1 << UInt8(bit % 8)
            let flipped = state.nodes[number]?.data ?? []
            state.nodes[number]?.durableData = flipped
            return true
        }
    }

    // MARK: Disk

    func create(_ path: String) throws(DiskError) -> OpenFile {
        try with("open", path) { state throws(DiskError) in
            let (directory, name) = try Self.parent(of: path, state)
            guard state.nodes[directory]?.entries[name] == nil else {
                throw Self.error("open", path, 17)
            }
            let number = Self.add(Node(), &state)
            Self.enter(name, number, in: directory, &state)
            let file = OpenFile(number: Int32(number), path: path)
            state.openFiles[file.number] = number
            return file
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(DiskError) {
        try with("write", file.path) { state throws(DiskError) in
            guard let number = state.openFiles[file.number] else {
                throw Self.error("write", file.path, 9)
            }
            state.nodes[number]?.data.append(contentsOf: bytes)
        }
    }

    func synchronize(_ file: OpenFile) throws(DiskError) {
        try with("fdatasync", file.path) { state throws(DiskError) in
            guard let number = state.openFiles[file.number], let node = state.nodes[number]
            else { throw Self.error("fdatasync", file.path, 9) }
            state.nodes[number]?.durableData = node.data
        }
    }

    func close(_ file: OpenFile) {
        _ = state.withLock { $0.openFiles.removeValue(forKey: file.number) }
    }

    func link(_ path: String, to name: String) throws(DiskError) -> Bool {
        try with("link", name) { state throws(DiskError) in
            guard let number = Self.find(path, state) else {
                throw Self.error("link", path, Self.missing)
            }
            let (directory, last) = try Self.parent(of: name, state)
            guard state.nodes[directory]?.entries[last] == nil else { return false }
            Self.enter(last, number, in: directory, &state)
            return true
        }
    }

    func unlink(_ path: String) throws(DiskError) -> Bool {
        try with("unlink", path) { state throws(DiskError) in
            let (directory, name) = try Self.parent(of: path, state)
            guard state.nodes[directory]?.entries[name] != nil else { return false }
            Self.enter(name, nil, in: directory, &state)
            return true
        }
    }

    func rename(_ path: String, to name: String) throws(DiskError) {
        try with("rename", path) { state throws(DiskError) in
            guard let number = Self.find(path, state) else {
                throw Self.error("rename", path, Self.missing)
            }
            let (from, old) = try Self.parent(of: path, state)
            let (to, new) = try Self.parent(of: name, state)
            Self.enter(old, nil, in: from, &state)
            Self.enter(new, number, in: to, &state)
        }
    }

    func createDirectory(_ path: String) throws(DiskError) {
        try with("mkdir", path) { state throws(DiskError) in
            let (directory, name) = try Self.parent(of: path, state)
            guard state.nodes[directory]?.entries[name] == nil else { return }
            Self.enter(name, Self.add(Node(isDirectory: true), &state), in: directory, &state)
        }
    }

    func synchronizeDirectory(_ path: String) throws(DiskError) {
        try with("fsync", path) { state throws(DiskError) in
            guard let number = Self.find(path, state), let node = state.nodes[number] else {
                throw Self.error("fsync", path, Self.missing)
            }
            state.nodes[number]?.durableEntries = node.entries
            state.nodes[number]?.pending = []
        }
    }

    func entries(of directory: String) throws(DiskError) -> [DirectoryEntry]? {
        try with("readdir", directory) { state throws(DiskError) in
            guard let number = Self.find(directory, state) else { return nil }
            return (state.nodes[number]?.entries ?? [:]).sorted { $0.key < $1.key }.map {
                DirectoryEntry(
                    name: $0.key, isDirectory: state.nodes[$0.value]?.isDirectory ?? false)
            }
        }
    }

    func read(_ path: String) throws(DiskError) -> [UInt8]? {
        try with("read", path) { state throws(DiskError) in
            Self.find(path, state).flatMap { state.nodes[$0]?.data }
        }
    }

    func size(_ path: String) throws(DiskError) -> Int? {
        try with("stat", path) { state throws(DiskError) in
            Self.find(path, state).flatMap { state.nodes[$0]?.data.count }
        }
    }

    func map(_ path: String) throws(DiskError) -> MappedBytes? {
        try read(path).map { MappedBytes(owned: $0) }
    }

    // MARK: Inside

    private func with<R>(
        _ call: String, _ path: String, _ body: (inout State) throws(DiskError) -> R
    ) throws(DiskError) -> R {
        let result: Result<R, DiskError> = state.withLock { state in
            state.calls += 1
            if let limit = state.crashAtCall, state.calls >= limit {
                return .failure(Self.error(call, path, Self.ioError))
            }
            if let code = state.refusals[call]?.first {
                state.refusals[call]?.removeFirst()
                return .failure(Self.error(call, path, code))
            }
            do throws(DiskError) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func error(_ call: String, _ path: String, _ code: Int32) -> DiskError {
        DiskError(path: path, call: call, code: code, reason: "simulated error \(code)")
    }

    private static func add(_ node: Node, _ state: inout State) -> Int {
        let number = state.nextNode
        state.nextNode += 1
        state.nodes[number] = node
        return number
    }

    private static func enter(
        _ name: String, _ node: Int?, in directory: Int, _ state: inout State
    ) {
        state.nodes[directory]?.entries[name] = node
        state.nodes[directory]?.pending.append((name, node))
    }

    /// Paths are relative to the disk's top; a leading slash is ignored.
    private static func find(_ path: String, _ state: State) -> Int? {
        var number = 0
        for part in path.split(separator: "/") {
            guard let next = state.nodes[number]?.entries[String(part)] else { return nil }
            number = next
        }
        return number
    }

    private static func parent(
        of path: String, _ state: State
    ) throws(DiskError) -> (Int, String) {
        let parts = path.split(separator: "/")
        let directory = parts.dropLast().joined(separator: "/")
        guard let last = parts.last, let number = find(directory, state),
            state.nodes[number]?.isDirectory == true
        else { throw error("open", path, missing) }
        return (number, String(last))
    }
}
