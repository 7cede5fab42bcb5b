// The options of tools that open a cluster's stores themselves: the same as a node's.

import ArgumentParser
import Backends
import Cluster
import Foundation
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
        let objects: ObjectsConfiguration
        let data: String
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

    static func check(folder: String) throws {
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
