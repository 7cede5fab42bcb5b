// Signatures against the values that Amazon publishes.

import Storage
import Testing

@testable import Backends

/// From "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference, and the
/// "Signature Version 4 test suite" and "Examples of how to derive a signing key", AWS General
/// Reference.
@Suite struct SignatureTests {
    private static let may2013 = SigningTime(wallMilliseconds: 1_369_353_600_000)
    private static let august2015 = SigningTime(wallMilliseconds: 1_440_938_160_000)
    private let s3 = SignatureV4(
        credentials: S3Credentials(
            accessKey: "AKIAIOSFODNN7EXAMPLE",
            secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), region: "us-east-1")
    private let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    private func signature(_ subject: SignatureV4.Subject) -> Substring? {
        s3.authorization(of: subject, at: Self.may2013).split(separator: "=").last
    }

    private func headers(
        payload: String, _ more: [(name: String, value: String)] = []
    ) -> [(name: String, value: String)] {
        more + [
            ("x-amz-date", "20130524T000000Z"), ("host", "examplebucket.s3.amazonaws.com"),
            ("x-amz-content-sha256", payload),
        ]
    }

    @Test func timesAreWritten() {
        #expect(Self.may2013.moment == "20130524T000000Z")
        #expect(Self.august2015.moment == "20150830T123600Z")
        #expect(SigningTime(wallMilliseconds: 0).moment == "19700101T000000Z")
        #expect(SigningTime(wallMilliseconds: 951_782_399_999).moment == "20000228T235959Z")
        #expect(SigningTime(wallMilliseconds: 951_868_799_999).moment == "20000229T235959Z")
        #expect(SigningTime(wallMilliseconds: 4_107_542_400_000).day == "21000301")
    }

    @Test func gettingAnObject() {
        let subject = SignatureV4.Subject(
            method: "GET", path: "/test.txt",
            headers: headers(payload: nothing, [("range", "bytes=0-9")]), payload: nothing)
        #expect(
            s3.authorization(of: subject, at: Self.may2013)
                == "AWS4-HMAC-SHA256 "
                + "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func puttingAnObject() {
        let payload = SHA256Digest(of: Array("Welcome to Amazon S3.".utf8)).description
        let subject = SignatureV4.Subject(
            method: "PUT", path: "/" + SignatureV4.percentEncoded("test$file.text"),
            headers: headers(
                payload: payload,
                [
                    ("date", "Fri, 24 May 2013 00:00:00 GMT"),
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ]), payload: payload)
        #expect(
            signature(subject)
                == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    }

    @Test func askingWithParameters() {
        let lifecycle = SignatureV4.Subject(
            method: "GET", path: "/", query: [("lifecycle", "")],
            headers: headers(payload: nothing), payload: nothing)
        #expect(
            signature(lifecycle)
                == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
        let list = SignatureV4.Subject(
            method: "GET", path: "/", query: [("prefix", "J"), ("max-keys", "2")],
            headers: headers(payload: nothing), payload: nothing)
        #expect(
            signature(list)
                == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }

    @Test func theTestSuitesPlainest() {
        let signer = SignatureV4(
            credentials: S3Credentials(
                accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1", service: "service")
        let subject = SignatureV4.Subject(
            method: "GET", path: "/",
            headers: [("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z")],
            payload: nothing)
        #expect(
            signer.authorization(of: subject, at: Self.august2015).hasSuffix(
                "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"))
    }

    @Test func aKeyIsDerived() {
        let signer = SignatureV4(
            credentials: S3Credentials(
                accessKey: "", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1", service: "iam")
        let key = signer.signingKey(day: "20150830").withUnsafeBytes { SHA256Digest(Array($0)) }
        #expect(
            key?.description == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
    }

    @Test func secretsAreNotShown() {
        let credentials = S3Credentials(
            accessKey: "public", secretKey: "hidden", sessionToken: "hidden too")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!text.contains("hidden"), "\(text)")
        }
    }
}

@Suite struct S3SettingsTests {
    @Test func addressesAreMade() throws {
        let credentials = S3Credentials(accessKey: "a", secretKey: "b")
        let amazon = try S3Settings(
            endpoint: "", bucket: "books", region: "eu-north-1", credentials: credentials)
        #expect(amazon.target == ("books.s3.eu-north-1.amazonaws.com", "/"))
        #expect(amazon.place == "bucket 'books' at https://s3.eu-north-1.amazonaws.com")
        let own = try S3Settings(
            endpoint: "http://127.0.0.1:8333/", bucket: "books", credentials: credentials)
        #expect(own.target == ("127.0.0.1:8333", "/books/"))
        let standardPort = try S3Settings(
            endpoint: "https://store.example:443", bucket: "books", usesPathStyle: false,
            credentials: credentials)
        #expect(standardPort.target == ("books.store.example", "/"))
    }

    @Test(arguments: [
        "store.example", "ftp://store.example", "http://", "http://a/b", "http://user@a",
        "http://a?b", "http://a b",
    ])
    func badEndpointsAreRefused(_ endpoint: String) {
        #expect(throws: S3Settings.Fault.self) { try S3Settings.test(endpoint) }
    }

    @Test(arguments: ["", "ab", "Books", "a/b", "..", ".hidden", "a_b", "b ooks"])
    func badBucketsAreRefused(_ bucket: String) {
        #expect(throws: S3Settings.Fault.self) { try S3Settings.test(bucket: bucket) }
    }

    @Test func aCallSaysWhatIsSigned() throws {
        let request = S3Request(
            operation: .list, key: "", query: [("prefix", "a/b"), ("continuation-token", "x+/=")])
        let call = request.call(try .test(), at: SigningTime(wallMilliseconds: 0))
        #expect(
            call.url
                == "http://127.0.0.1:1/canopy?prefix=a%2Fb&continuation-token=x%2B%2F%3D")
        let headers = Dictionary(uniqueKeysWithValues: call.headers.map { ($0.name, $0.value) })
        #expect(headers["host"] == "127.0.0.1:1")
        #expect(headers["authorization"]?.contains("host;x-amz-content-sha256;x-amz-date") == true)
    }
}
