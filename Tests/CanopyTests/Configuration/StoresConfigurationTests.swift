// Which stores a node's settings name, and what is said where they do not.
import Backends
import Testing

@testable import canopy

@Suite struct StoresConfigurationTests {
    private func make(
        _ flags: [String: String], _ environment: [String: String] = [:]
    ) async throws -> NodeConfiguration {
        try NodeConfiguration(
            try await ConfigurationSource(flags: flags, environment: environment, file: nil))
    }

    private let bucket = [
        "objects.store": "s3", "objects.bucket": "books", "objects.endpoint": "http://127.0.0.1:1",
    ]
    private let variables = ["AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"]

    @Test func theFolderIsTheDefault() async throws {
        let configuration = try await make([:], variables)
        guard case .folder = configuration.objects, case .folder = configuration.metadata else {
            Issue.record("\(configuration.objects) \(configuration.metadata)")
            return
        }
    }

    @Test func aBucketTakesTheMetadataAlong() async throws {
        let configuration = try await make(bucket, variables)
        guard case .bucket(let settings) = configuration.objects,
            case .objects = configuration.metadata
        else {
            Issue.record("\(configuration.objects) \(configuration.metadata)")
            return
        }
        #expect(settings.credentials.accessKey == "key" && settings.usesPathStyle)
        #expect(settings.region == "us-east-1" && settings.prefix.isEmpty)
        #expect(configuration.objectCacheBytes == 10 << 30)
        #expect(!"\(configuration)".contains("secret"))
    }

    @Test func settingsGoBeforeTheEnvironment() async throws {
        let more = ["objects.access_key": "own", "objects.secret_key": "own too"]
        let configuration = try await make(
            bucket.merging(more) { $1 },
            variables.merging(["AWS_SESSION_TOKEN": "not ours"]) { $1 })
        guard case .bucket(let settings) = configuration.objects else {
            Issue.record("\(configuration.objects)")
            return
        }
        #expect(settings.credentials.accessKey == "own")
    }

    @Test func etcdIsNamed() async throws {
        let configuration = try await make(
            ["metadata.store": "etcd", "metadata.endpoints": "http://a:1,http://b:2/"])
        guard case .etcd(let settings) = configuration.metadata else {
            Issue.record("\(configuration.metadata)")
            return
        }
        #expect(settings.endpoints == ["http://a:1", "http://b:2"])
        #expect(settings.prefix == "canopy/")
    }

    @Test(arguments: [
        (["objects.bucket": ""], "objects.bucket"), (["objects.bucket": "A"], "objects.bucket"),
        (["objects.endpoint": "host:1"], "objects.endpoint"),
        (["objects.prefix": "../x"], "objects.prefix"),
        (["objects.region": "EU West"], "objects.region"),
        (["objects.path_style": "maybe"], "objects.path_style"),
        (["objects.store": "tape"], "objects.store"),
        (["objects.store": "folder"], "objects.store: s3"),
        (["objects.access_key": "alone"], "objects.secret_key"),
        (["objects.cache_mib": "0"], "objects.cache_mib"),
        (["metadata.store": "paper"], "metadata.store"),
        (["metadata.store": "etcd", "metadata.endpoints": "a:1"], "metadata.endpoints"),
        (["metadata.store": "etcd", "metadata.prefix": ""], "metadata.prefix"),
    ])
    func whatIsWrongIsNamed(_ change: [String: String], _ word: String) async throws {
        await #expect {
            _ = try await make(bucket.merging(change) { $1 }, variables)
        } throws: { error in
            "\(error)".contains(word)
        }
    }

    @Test func credentialsAreAskedFor() async throws {
        await #expect {
            _ = try await make(bucket)
        } throws: { error in
            "\(error)".contains("AWS_SECRET_ACCESS_KEY")
        }
    }
}
