// The options of tools that open a cluster's stores themselves: the same as a node's.

import ArgumentParser
import Backends
import Cluster
import Foundation
import Shards
import Storage

/// `canopy.yaml`, environment and flags, read as `canopy serve` reads them.
struct ClusterStoreOptions: ParsableArguments {
    @Option(help: "The cluster's YAML file.", completion: .file())
    var config: String?

    @Option(help: "The cluster's data folder.")
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Any setting of the cluster, such as metadata.store=etcd.", valueName: "name=value"))
    var set: [String] = []

    /// What the settings name, opened.
    struct Stores {
        let metadata: any MetadataStore
        /// Nil where objects are in a folder.
        let bucket: BucketSource?
        let clock: SystemClock
        let random: SystemRandom
        /// Copies of each shard beside its owner, of new indices.
        let replicaCount: Int
        /// Whether metadata may be lost while logs and segments are not.
        let isMetadataApart: Bool
        fileprivate let objects: ObjectsConfiguration
        fileprivate let data: String
    }

    func open() async throws -> Stores {
        let source = try await ConfigurationSource(
            flags: try flags(), environment: ProcessInfo.processInfo.environment, file: config)
        let objects = try ObjectsConfiguration(source)
        let (clock, random) = (SystemClock(), SystemRandom())
        var bucket: BucketSource?
        if case .bucket(let settings) = objects {
            bucket = BucketSource(
                objects: ForeignObjects(settings, clock: clock, random: random),
                name: { random.nextName() })
        }
        let data = try source.string("data")
        let configuration = try MetadataConfiguration(source, objects)
        let metadata = try metadata(configuration, objects, data, clock, random)
        return Stores(
            metadata: metadata, bucket: bucket, clock: clock, random: random,
            replicaCount: try NodeConfiguration.copies(source, objects) - 1,
            isMetadataApart: configuration.isApart, objects: objects, data: data)
    }

    private func metadata(
        _ configuration: MetadataConfiguration, _ objects: ObjectsConfiguration, _ data: String,
        _ clock: SystemClock, _ random: SystemRandom
    ) throws -> any MetadataStore {
        switch (configuration, objects) {
        case (.etcd(let settings), _):
            return EtcdMetadataStore(settings, clock: clock, random: random)
        case (.objects, .bucket(let settings)):
            let store = S3ObjectStore(
                settings, cache: nil, clock: clock, random: random,
                compute: WorkerComputePool(threads: 1))
            return ObjectMetadataStore(objects: store, clock: clock, random: random)
        case (.objects, .folder), (.folder, _):
            try Self.check(folder: data)
            if case .objects = configuration {
                let store = FolderObjectStore(
                    disk: LiveDisk(), root: data + "/objects", random: random)
                return ObjectMetadataStore(objects: store, clock: clock, random: random)
            }
            return try FileMetadataStore(folder: data + "/metadata", clock: clock)
        }
    }

    fileprivate static func check(folder: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
            isFolder.boolValue
        else {
            throw ConfigurationError(
                place: "data folder \(folder)", reason: "there is no such folder",
                remedy: "Name the cluster's with --data or --config, as for `canopy serve`")
        }
    }

    private func flags() throws -> [String: String] {
        var flags: [String: String] = [:]
        for text in set {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw ConfigurationError(
                    place: "--set \(text)", reason: "there is no name=value",
                    remedy: "Write --set metadata.store=etcd")
            }
            flags[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        if let data { flags["data"] = data }
        return flags
    }

    /// For a process that is to open the same.
    var arguments: [String] {
        var arguments = set.flatMap { ["--set", $0] }
        if let config { arguments += ["--config", config] }
        if let data { arguments += ["--data", data] }
        return arguments
    }
}

extension ClusterStoreOptions.Stores {
    /// Where logs and segments are.
    /// - Parameter cacheFolder: For local copies of a bucket's segments; nil for those who read
    ///   none.
    func objectStore(
        compute: any ComputePool, cacheFolder: String? = nil
    ) throws -> any ObjectStore {
        switch objects {
        case .folder:
            try ClusterStoreOptions.check(folder: data)
            let root = data + "/objects"
            try FileManager.default.createDirectory(
                atPath: root, withIntermediateDirectories: true)
            return FolderObjectStore(disk: LiveDisk(), root: root, random: random)
        case .bucket(let settings):
            let cache = try cacheFolder.map {
                try ObjectCache(
                    folder: $0, byteBudget: Self.cacheBytes, disk: LiveDisk(), random: random,
                    compute: compute, logger: WorkerLogs.logger)
            }
            return S3ObjectStore(
                settings, cache: cache, clock: clock, random: random, compute: compute,
                isMappedLater: ShardLocation.isSegment)
        }
    }

    /// Segments that are in use stay beyond it.
    private static let cacheBytes = 1 << 30

    var catalog: Catalog {
        get throws {
            try Catalog(
                metadata: metadata,
                objects: isMetadataApart
                    ? objectStore(compute: WorkerComputePool(threads: 1)) : nil,
                logger: WorkerLogs.logger)
        }
    }

    /// The objects of an offline queue's build; nil for other queues.
    func build(_ head: QueueHead) throws -> BuildStore? {
        try head.offline.map { index in
            BuildStore(
                try objectStore(compute: WorkerComputePool(threads: 1)), clock: clock, head, index)
        }
    }
}
