// What a request's headers say: its media type, what it accepts, who sent it, and to whom.

import HTTPTypes

enum RequestHeaders {
    private static let jsonTypes: Set<Substring> = [
        "application/json", "application/x-ndjson", "application/vnd.elasticsearch+json",
        "application/vnd.elasticsearch+x-ndjson", "application/vnd.opensearch+json",
        "application/vnd.opensearch+x-ndjson",
    ]
    private static let parameterNames: Set<Substring> = ["charset", "compatible-with"]

    /// A body must say that it is JSON. This is also what keeps pages on the web from posting to a
    /// front on loopback: a browser asks first before it sends this type to another origin.
    static func isJSON(_ contentType: String) -> Bool {
        let parts = contentType.lowercased().split(separator: ";").map(trimmed)
        guard let type = parts.first, jsonTypes.contains(type) else { return false }
        return parts.dropFirst().allSatisfy { part in
            parameterNames.contains(trimmed(part.split(separator: "=").first ?? ""))
        }
    }

    /// Of an idempotency key, in bytes.
    static let longestKey = 256

    /// Whether a text may be an idempotency key: visible ASCII.
    static func isIdempotencyKey(_ key: String) -> Bool {
        (1...longestKey).contains(key.utf8.count)
            && key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Whether the client would rather have a page than JSON: browsers do, tools do not.
    static func prefersHTML(_ accept: String?) -> Bool {
        guard let accept else { return false }
        var html = 0.0
        var json = 0.0
        for range in accept.lowercased().split(separator: ",") {
            let parts = range.split(separator: ";").map(trimmed)
            let quality =
                parts.dropFirst().first { $0.hasPrefix("q=") }
                .flatMap { Double($0.dropFirst(2)) } ?? 1
            switch parts.first {
            case "text/html", "application/xhtml+xml": html = max(html, quality)
            case "application/json": json = max(json, quality)
            default: break
            }
        }
        return html > 0 && html >= json
    }

    /// Whether the client reads gzip, as an Accept-Encoding header says.
    static func acceptsGzip(_ acceptEncoding: String?) -> Bool {
        guard let acceptEncoding else { return false }
        return acceptEncoding.lowercased().split(separator: ",").contains { coding in
            let parts = coding.split(separator: ";").map(trimmed)
            guard let name = parts.first, name == "gzip" || name == "x-gzip" else { return false }
            return !parts.dropFirst().contains {
                $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0
            }
        }
    }

    /// The client's address: the peer, or whom trusted proxies name, read from right to left.
    static func client(
        peer: String?, forwardedFor: String?, trustedProxies: Set<String>
    ) -> String {
        var client = peer ?? "unknown"
        guard trustedProxies.contains(client), let forwardedFor else { return client }
        for hop in forwardedFor.split(separator: ",").reversed() {
            client = String(trimmed(hop).prefix(64))
            if !trustedProxies.contains(client) { break }
        }
        return client
    }

    /// The name or address in a Host header, without its port.
    static func hostName(_ authority: String) -> Substring {
        if authority.hasPrefix("[") {
            return authority.prefix { $0 != "]" }.dropFirst()
        }
        return authority.prefix { $0 != ":" }
    }

    /// IP addresses are never someone else's name.
    static func isAddress(_ host: Substring) -> Bool {
        if host.contains(":") { return true }
        return !host.isEmpty && host.allSatisfy { $0 == "." || ($0.isASCII && $0.isNumber) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
