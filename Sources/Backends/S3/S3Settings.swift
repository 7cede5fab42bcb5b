// Where a bucket is and how it is asked.

import Storage

public struct S3Settings: Sendable {
    /// `http` or `https`.
    public let scheme: String
    /// With the port, where it is not the scheme's own.
    public let host: String
    public let bucket: String
    /// Before every key, with its slash; empty for none.
    public let prefix: String
    public let region: String
    /// The bucket stands in the path; else before the host's name.
    public let usesPathStyle: Bool
    public let credentials: S3Credentials

    /// What is wrong with one setting.
    public struct Fault: Error, Sendable, Hashable {
        public enum Setting: String, Sendable { case endpoint, bucket, prefix, region }
        public let setting: Setting
        public let wanted: String
    }

    /// - Parameters:
    ///   - endpoint: `http://host:port` or `https://host`; empty for Amazon's of the region.
    ///   - prefix: A folder of the bucket for all keys; empty for none.
    ///   - usesPathStyle: Nil: as the endpoint suggests, in the path for all but Amazon's.
    public init(
        endpoint: String, bucket: String, prefix: String = "", region: String = "us-east-1",
        usesPathStyle: Bool? = nil, credentials: S3Credentials
    ) throws(Fault) {
        guard !region.isEmpty, region.utf8.allSatisfy(Self.isNameByte) else {
            throw Fault(setting: .region, wanted: "a region's name, such as us-east-1")
        }
        guard (3...63).contains(bucket.utf8.count), bucket.utf8.allSatisfy(Self.isNameByte),
            ObjectKey.fault(in: bucket) == nil
        else {
            throw Fault(
                setting: .bucket,
                wanted: "a bucket's name: 3 to 63 lowercase letters, digits, '-' and '.'")
        }
        if !prefix.isEmpty, ObjectKey.fault(in: prefix) != nil {
            throw Fault(
                setting: .prefix, wanted: "names of letters, digits, '.', '_', '-' between slashes")
        }
        let address = endpoint.isEmpty ? "https://s3.\(region).amazonaws.com" : endpoint
        guard let (scheme, host) = Self.parse(address) else {
            throw Fault(setting: .endpoint, wanted: "http://host:port or https://host, no path")
        }
        self.scheme = scheme
        self.host = host
        self.bucket = bucket
        self.prefix = prefix.isEmpty ? "" : prefix + "/"
        self.region = region
        self.usesPathStyle = usesPathStyle ?? !host.hasSuffix(".amazonaws.com")
        self.credentials = credentials
    }

    /// For messages.
    var place: String { "bucket '\(bucket)' at \(scheme)://\(host)" }

    /// What requests go to: the host that is signed, and the path before the key.
    var target: (host: String, path: String) {
        usesPathStyle ? (host, "/" + bucket + "/") : (bucket + "." + host, "/")
    }

    private static func parse(_ endpoint: String) -> (scheme: String, host: String)? {
        for (scheme, standardPort) in [("http", ":80"), ("https", ":443")] {
            let start = scheme + "://"
            guard endpoint.hasPrefix(start) else { continue }
            var host = String(endpoint.dropFirst(start.count))
            if host.hasSuffix("/") { host.removeLast() }
            if host.hasSuffix(standardPort) { host.removeLast(standardPort.count) }
            let allowed = host.utf8.allSatisfy { isNameByte($0) || ":[]".utf8.contains($0) }
            return host.isEmpty || !allowed ? nil : (scheme, host)
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
