// What an answer of the store means, or the lack of one.

enum S3Verdict: Sendable, Hashable {
    case done
    case absent
    /// The object exists already.
    case conditionFailed
    /// Nothing was done; the same again may work.
    case postponed(String)
    /// It may have been done or not, or may yet be done.
    case inDoubt(String)
    /// The same again will be refused again.
    case refused(reason: String, remedy: String)

    init(_ failure: HTTPFailure) {
        self = failure.mayHaveArrived ? .inDoubt(failure.reason) : .postponed(failure.reason)
    }

    init(_ reply: HTTPReply) {
        if (200..<300).contains(reply.status) {
            self = .done
            return
        }
        let (code, words) = Self.error(in: reply)
        switch reply.status {
        case 404 where code == "NoSuchBucket":
            self = .refused(
                reason: words, remedy: "create the bucket, or name another with objects.bucket")
        case 404: self = .absent
        case 412: self = .conditionFailed
        case 409, 429: self = .postponed(words)
        case 400 where Self.passing.contains(code): self = .postponed(words)
        case 408, 500...: self = reply.status == 501 ? Self.refusal(code, words) : .inDoubt(words)
        default: self = Self.refusal(code, words)
        }
    }

    /// Refusals of what arrived damaged or too slowly.
    private static let passing = ["RequestTimeout", "BadDigest", "XAmzContentSHA256Mismatch"]

    private static func refusal(_ code: String, _ words: String) -> S3Verdict {
        let remedy =
            switch code {
            case "SignatureDoesNotMatch", "InvalidAccessKeyId":
                "check objects.access_key and objects.secret_key"
            case "ExpiredToken", "InvalidToken": "give a new session token"
            case "RequestTimeTooSkewed": "set this machine's clock right"
            case "AccessDenied": "let these credentials read, write, list and delete in the bucket"
            case "AuthorizationHeaderMalformed", "PermanentRedirect":
                "give the bucket's own region with objects.region"
            case "NotImplemented": "use a store that knows conditional creates (If-None-Match)"
            default: "check objects.endpoint, objects.bucket and the credentials"
            }
        return .refused(reason: words, remedy: remedy)
    }

    /// Enough for a reason.
    private static let wordLimit = 200

    private static func error(in reply: HTTPReply) -> (code: String, words: String) {
        guard let node = try? XMLNode(reply.body), node.name == "Error" else {
            return ("", "status \(reply.status)")
        }
        let code = plain(node.value("Code") ?? "")
        let message = plain(node.value("Message") ?? "")
        return (code, "status \(reply.status) \(code): \(message)")
    }

    private static func plain(_ text: String) -> String {
        String(text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(wordLimit))
    }
}
