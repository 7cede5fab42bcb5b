// Amazon's Signature Version 4: an HMAC of what a request says, by a key that is good for one day,
// one region and one service ("Signature Version 4 signing process", AWS General Reference).

import struct Crypto.HMAC
import struct Crypto.SHA256
import struct Crypto.SymmetricKey
import Storage

struct SignatureV4: Sendable {
    /// What is signed of a request. Everything is already percent-encoded.
    struct Subject: Sendable {
        var method: String
        var path: String
        var query: [(name: String, value: String)] = []
        /// With lowercase names, `host` and `x-amz-date` among them.
        var headers: [(name: String, value: String)]
        /// The SHA-256 of the body in hexadecimal digits.
        var payload: String
    }

    let credentials: S3Credentials
    let region: String
    var service = "s3"

    /// The value of the request's `Authorization` header.
    func authorization(of subject: Subject, at time: SigningTime) -> String {
        let scope = [time.day, region, service, "aws4_request"].joined(separator: "/")
        let canonical = Self.canonicalRequest(subject)
        let digest = SHA256Digest(of: Array(canonical.utf8)).description
        let signed = ["AWS4-HMAC-SHA256", time.moment, scope, digest].joined(separator: "\n")
        let signature = Self.digits(Self.hmac(signingKey(day: time.day), signed))
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), "
            + "SignedHeaders=\(Self.names(subject)), Signature=\(signature)"
    }

    static func canonicalRequest(_ subject: Subject) -> String {
        let query = subject.query.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { $0.name + "=" + $0.value }.joined(separator: "&")
        let headers = sorted(subject).map { $0.name + ":" + $0.value + "\n" }.joined()
        return [
            subject.method, subject.path, query, headers, names(subject), subject.payload,
        ].joined(separator: "\n")
    }

    func signingKey(day: String) -> SymmetricKey {
        let start = SymmetricKey(data: Array("AWS4\(credentials.secretKey)".utf8))
        return [day, region, service, "aws4_request"].reduce(start) { key, part in
            SymmetricKey(data: Self.hmac(key, part))
        }
    }

    private static func sorted(_ subject: Subject) -> [(name: String, value: String)] {
        subject.headers.sorted { $0.name < $1.name }
    }

    private static func names(_ subject: Subject) -> String {
        sorted(subject).map(\.name).joined(separator: ";")
    }

    private static func hmac(_ key: SymmetricKey, _ text: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }

    private static func digits(_ bytes: [UInt8]) -> String {
        SHA256Digest(bytes)?.description ?? ""
    }

    /// Bytes outside the unreserved set of RFC 3986 as `%XX`.
    static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return encoded
    }
}
