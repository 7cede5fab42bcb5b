// Where etcd is, and which part of it is this cluster's.

public struct EtcdSettings: Sendable {
    /// The members' client addresses, without a slash at the end; not empty.
    public let endpoints: [String]
    /// Before every key, with its slash.
    public let prefix: String

    /// What is wrong with one setting.
    public struct Fault: Error, Sendable, Hashable {
        public enum Setting: String, Sendable { case endpoints, prefix }
        public let setting: Setting
        public let wanted: String
    }

    /// - Parameters:
    ///   - endpoints: `http://host:port`, several between commas.
    ///   - prefix: A name of this cluster's own.
    public init(endpoints: String, prefix: String) throws(Fault) {
        var found: [String] = []
        for part in endpoints.split(separator: ",") {
            let text = part.split(separator: " ").joined()
            let address = text.hasSuffix("/") ? String(text.dropLast()) : text
            let host = ["http://", "https://"].first { address.hasPrefix($0) }
                .map { address.dropFirst($0.count) }
            guard let host, !host.isEmpty, !host.contains(where: { "/?#@".contains($0) }) else {
                throw Fault(setting: .endpoints, wanted: Self.wantedEndpoints)
            }
            found.append(address)
        }
        guard !found.isEmpty else {
            throw Fault(setting: .endpoints, wanted: Self.wantedEndpoints)
        }
        guard !prefix.isEmpty, prefix.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw Fault(setting: .prefix, wanted: "a name of visible ASCII characters")
        }
        self.endpoints = found
        self.prefix = prefix + "/"
    }

    private static let wantedEndpoints = "addresses like http://host:2379, with commas between"

    /// For messages.
    var place: String { "etcd at " + endpoints.joined(separator: ", ") }
}
