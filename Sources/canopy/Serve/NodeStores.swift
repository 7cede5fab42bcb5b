// Opens the stores that a node's configuration names.
import Backends
import Cluster
import Logging
import Shards
import Storage

struct NodeStores {
    let objects: any ObjectStore
    let metadata: any MetadataStore
    /// Of the folder of local copies; held as long as they are in use.
    private let cacheLock: FolderLock?

    init(
        _ configuration: NodeConfiguration, _ folder: NodeFolder, clock: any NodeClock,
        random: any RandomSource, compute: any ComputePool, logger: Logger
    ) throws {
        switch configuration.objects {
        case .folder:
            cacheLock = nil
            objects = FolderObjectStore(
                disk: LiveDisk(), root: try folder.make("objects"), random: random)
        case .bucket(let settings):
            var cache: ObjectCache?
            var lock: FolderLock?
            // Only leaves map objects.
            if !configuration.ownLeaves.isEmpty {
                let path = try folder.makeCache(configuration)
                lock = try FolderLock(folder: path)
                cache = try ObjectCache(
                    folder: path, byteBudget: configuration.objectCacheBytes, disk: LiveDisk(),
                    random: random, logger: logger)
            }
            cacheLock = lock
            objects = S3ObjectStore(
                settings, cache: cache, clock: clock, random: random, compute: compute,
                isMappedLater: ShardLocation.isSegment)
        }
        metadata =
            switch configuration.metadata {
            case .folder: try FileMetadataStore(folder: folder.make("metadata"), clock: clock)
            case .objects: ObjectMetadataStore(objects: objects, clock: clock, random: random)
            case .etcd(let settings):
                EtcdMetadataStore(settings, clock: clock, random: random)
            }
    }
}
