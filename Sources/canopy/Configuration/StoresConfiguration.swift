// Where objects and metadata are kept: on this machine, or where it can be lost without loss.
import Backends

/// Logs and segments.
enum ObjectsConfiguration: Sendable {
    /// In the data folder.
    case folder
    case bucket(S3Settings)

    var isBucket: Bool { if case .bucket = self { true } else { false } }

    init(_ source: ConfigurationSource) throws {
        switch try source.string("objects.store") {
        case "folder":
            self = .folder
            for name in ["objects.endpoint", "objects.bucket", "objects.prefix"] {
                guard try source.string(name).isEmpty else {
                    throw ConfigurationError(
                        place: "setting \(name)", reason: "it only means something for a bucket",
                        remedy: "Set objects.store: s3, or leave \(name) out")
                }
            }
        case "s3": self = .bucket(try Self.settings(source))
        case let other: throw source.bad("objects.store", other, "folder or s3")
        }
    }

    private static func settings(_ source: ConfigurationSource) throws -> S3Settings {
        let style = try source.string("objects.path_style")
        guard ["auto", "true", "false"].contains(style) else {
            throw source.bad("objects.path_style", style, "auto, true or false")
        }
        let credentials = try credentials(source)
        do throws(S3Settings.Fault) {
            return try S3Settings(
                endpoint: (try? source.string("objects.endpoint")) ?? "",
                bucket: (try? source.string("objects.bucket")) ?? "",
                prefix: (try? source.string("objects.prefix")) ?? "",
                region: (try? source.string("objects.region")) ?? "",
                usesPathStyle: Bool(style), credentials: credentials)
        } catch {
            let name = "objects." + error.setting.rawValue
            throw source.bad(name, try source.string(name), error.wanted)
        }
    }

    /// From the settings, or else from the variables that Amazon's tools read; never from both.
    private static func credentials(_ source: ConfigurationSource) throws -> S3Credentials {
        let names = ["objects.access_key", "objects.secret_key", "objects.session_token"]
        let given = try names.map { try source.string($0) }
        let variables = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
        let isGiven = given.contains { !$0.isEmpty }
        let parts = isGiven ? given : variables.map { source.variable($0) ?? "" }
        guard !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ConfigurationError(
                place: "setting \(isGiven && given[1].isEmpty ? names[1] : names[0])",
                reason: "a bucket needs credentials",
                remedy: "Put \(variables[0]) and \(variables[1]) into the environment, or give "
                    + "\(names[0]) and \(names[1])")
        }
        return S3Credentials(
            accessKey: parts[0], secretKey: parts[1],
            sessionToken: parts[2].isEmpty ? nil : parts[2])
    }
}

/// What indices there are, and what they map.
enum MetadataConfiguration: Sendable {
    /// A file in the data folder.
    case folder
    /// Beside the logs and segments.
    case objects
    case etcd(EtcdSettings)

    var isInObjects: Bool { if case .objects = self { true } else { false } }

    /// Whether it may be lost while logs and segments are not.
    var isApart: Bool { if case .etcd = self { true } else { false } }

    init(_ source: ConfigurationSource, _ objects: ObjectsConfiguration) throws {
        switch try source.string("metadata.store") {
        case "auto": self = if case .folder = objects { .folder } else { .objects }
        case "folder": self = .folder
        case "objects": self = .objects
        case "etcd":
            let endpoints = try source.string("metadata.endpoints")
            let prefix = try source.string("metadata.prefix")
            do throws(EtcdSettings.Fault) {
                self = .etcd(try EtcdSettings(endpoints: endpoints, prefix: prefix))
            } catch {
                let name = "metadata." + error.setting.rawValue
                throw source.bad(name, try source.string(name), error.wanted)
            }
        case let other:
            throw source.bad("metadata.store", other, "auto, folder, objects or etcd")
        }
    }
}
