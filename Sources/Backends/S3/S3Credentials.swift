// Who signs. Never in a log: what describes it leaves the secrets out.

public struct S3Credentials: Sendable, CustomStringConvertible, CustomReflectable {
    public let accessKey: String
    let secretKey: String
    /// Of temporary credentials.
    let sessionToken: String?

    public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }

    public var description: String { "access key \(accessKey)" }
    public var customMirror: Mirror { Mirror(self, children: ["accessKey": accessKey]) }
}
