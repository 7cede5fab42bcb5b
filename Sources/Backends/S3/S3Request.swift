// One request to a bucket, and its signed form.

import Storage

struct S3Request: Sendable {
    enum Operation: String, Sendable, CaseIterable {
        case create, read, list, delete, size
    }

    var operation: Operation
    /// The whole key, prefix included; empty for the bucket itself.
    var key: String
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var bodyDigest: SHA256Digest = .ofNothing
    /// Of the answer's body, in bytes.
    var answerLimit = S3Request.smallAnswer

    var method: String {
        switch operation {
        case .create: "PUT"
        case .read, .list: "GET"
        case .delete: "DELETE"
        case .size: "HEAD"
        }
    }

    /// Errors, and answers without a body.
    static let smallAnswer = 1 << 20
    /// A page of a list: a thousand keys.
    static let listAnswer = 16 << 20
    /// What S3 takes in one request.
    static let objectLimit = 5 << 30

    /// Where the SHA-256 of an object is kept beside it, in hexadecimal digits.
    static let digestHeader = "x-amz-meta-canopy-sha256"

    /// The cluster's own keys need no encoding; others may.
    private var encodedKey: String {
        key.split(separator: "/", omittingEmptySubsequences: false)
            .map { SignatureV4.percentEncoded(String($0)) }.joined(separator: "/")
    }

    private static let baseTime: Duration = .seconds(5)
    /// The slowest transfer that is waited for, in bytes per second.
    private static let slowest = 256 << 10

    /// - Parameter expectedBytes: Of the answer.
    static func timeLimit(sending count: Int, expecting expectedBytes: Int = 0) -> Duration {
        baseTime + .seconds((count + expectedBytes) / slowest)
    }

    func call(
        _ settings: S3Settings, at time: SigningTime, expecting expectedBytes: Int = 0
    ) -> HTTPCall {
        let (host, base) = settings.target
        // A bucket that stands in the path is asked without a slash behind it.
        let path = key.isEmpty && base.count > 1 ? String(base.dropLast()) : base + encodedKey
        let query = query.map {
            (
                name: SignatureV4.percentEncoded($0.name),
                value: SignatureV4.percentEncoded($0.value)
            )
        }
        var signed = headers
        signed.append(("host", host))
        signed.append(("x-amz-content-sha256", bodyDigest.description))
        signed.append(("x-amz-date", time.moment))
        if let token = settings.credentials.sessionToken {
            signed.append(("x-amz-security-token", token))
        }
        let authorization = SignatureV4(
            credentials: settings.credentials, region: settings.region
        ).authorization(
            of: .init(
                method: method, path: path, query: query, headers: signed,
                payload: bodyDigest.description), at: time)
        let tail = query.map { $0.name + "=" + $0.value }.joined(separator: "&")
        return HTTPCall(
            method: method,
            url: settings.scheme + "://" + host + path + (tail.isEmpty ? "" : "?" + tail),
            headers: signed + [("authorization", authorization)], body: body,
            timeLimit: Self.timeLimit(sending: body.count, expecting: expectedBytes),
            answerLimit: answerLimit)
    }
}

extension SHA256Digest {
    static let ofNothing = SHA256Digest(of: [UInt8]())

    /// Nil unless there are 64 hexadecimal digits.
    init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Character(Unicode.Scalar(digits[place])).hexDigitValue,
                let low = Character(Unicode.Scalar(digits[place + 1])).hexDigitValue
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        self.init(bytes)
    }
}
