// Every key a node understands, with its default and one sentence, for the help text and for
// refusing misspelt ones.

/// One setting: its dotted name in the file, which is also its environment variable
/// (`http.port` → `CANOPY_HTTP_PORT`) and its `--set http.port=…`.
struct ConfigurationKey: Sendable {
    let name: String
    let standard: String
    let explanation: String

    var environmentName: String {
        "CANOPY_" + name.uppercased().replacing(".", with: "_")
    }

    static let all: [ConfigurationKey] = [
        .init("leaves", "4", "how many leaves hold the shards; SIGHUP reads it again"),
        .init("roles", "front,root,leaf", "what this process plays: front, root, leaf"),
        .init("data", "canopy-data", "folder of logs, segments and metadata"),
        .init("objects.store", "folder", "where logs and segments are: folder (in data), or s3"),
        .init("objects.endpoint", "", "address of the store, http://host:port; empty is Amazon's"),
        .init("objects.bucket", "", "the bucket, which must be there"),
        .init("objects.prefix", "", "a folder of the bucket, for this cluster alone"),
        .init("objects.region", "us-east-1", "the bucket's region"),
        .init("objects.path_style", "auto", "true: the bucket is in the path; false: in the name"),
        .init("objects.access_key", "", "credentials; empty takes AWS_ACCESS_KEY_ID and its kin"),
        .init("objects.secret_key", "", "its secret; never logged"),
        .init("objects.session_token", "", "of temporary credentials; never logged"),
        .init("objects.cache", "", "folder of local copies of segments; empty is cache in data"),
        .init("objects.cache_mib", "10240", "room for local copies; those in use may exceed it"),
        .init("metadata.store", "auto", "folder, objects (beside them), or etcd; auto as objects"),
        .init("metadata.endpoints", "http://127.0.0.1:2379", "etcd's members, with commas between"),
        .init("metadata.prefix", "canopy", "before every key in etcd, for this cluster alone"),
        .init("node.name", "node-0", "this node's name in logs and answers"),
        .init("http.host", "127.0.0.1", "address the front listens on"),
        .init("http.port", "9200", "port the front listens on; 0 takes a free one"),
        .init("http.insecure", "false", "allow listening beyond loopback without TLS"),
        .init("http.max_body_mib", "100", "largest request body"),
        .init("leaf.number", "", "which leaf this process is, from 0, when roles is just leaf"),
        .init("leaf.host", "127.0.0.1", "address of leaves in processes of their own"),
        .init("leaf.base_port", "9400", "leaf n listens on this port + n"),
        .init("leaf.remote", "false", "leaves run in processes of their own"),
        .init("cluster.address", "", "where others reach this leaf; empty is its host and port"),
        .init("cluster.zone", "", "where this leaf is; copies of a shard go to different zones"),
        .init("cluster.lease_ms", "auto", "a leaf not heard of for so long is gone; auto: 1500"),
        .init("copies", "auto", "leaves per shard of new indices; auto: 2 with a bucket, else 1"),
        .init("search.timeout_ms", "10000", "deadline of a search that names none"),
        .init("search.max_concurrent", "64", "searches a leaf runs or queues at once"),
        .init("cache.mib", "64", "memory for cached answers; 0 turns the cache off"),
        .init("limits.requests_per_second", "0", "requests per second and client; 0 is unlimited"),
        .init("limits.burst", "0", "requests a client may send at once; 0 is one second's worth"),
        .init("limits.concurrent_searches", "256", "searches the front lets in at once"),
        .init("index.flush_mib", "24", "writes a shard keeps in memory before it flushes"),
        .init("scrub.interval_hours", "168", "a leaf reads all it stores in so long; 0 is never"),
        .init("scrub.mib_per_second", "8", "how fast, at most"),
        .init("threads", "0", "threads that search and index; 0 is one per processor"),
        .init("log.level", "info", "trace, debug, info, notice, warning, error"),
        .init("log.format", "text", "text for people, json for machines"),
    ]

    private init(_ name: String, _ standard: String, _ explanation: String) {
        self.name = name
        self.standard = standard
        self.explanation = explanation
    }

    /// The table shown by `canopy serve --help`.
    static var table: String {
        all.map { key in
            let left = key.name.padding(to: 28) + key.standard.padding(to: 18)
            return "  " + left + key.explanation
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        count >= width ? self + " " : self + String(repeating: " ", count: width - count)
    }
}
