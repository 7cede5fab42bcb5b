// Lists and errors as stores write them, and hostile bytes in their place.

import Storage
import Testing

@testable import Backends

@Suite struct ListingTests {
    private let page = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- of a real store -->
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
          <Name>books</Name><Prefix>a/</Prefix><MaxKeys>2</MaxKeys><Delimiter/>
          <IsTruncated>true</IsTruncated>
          <NextContinuationToken>1&amp;&#x2F;&#47;=</NextContinuationToken>
          <Contents><Key>a/log/1</Key><ETag>&quot;9a&quot;</ETag><Size>7</Size></Contents>
          <Contents><Key>a/log/2</Key><Owner><ID>x</ID></Owner></Contents>
        </ListBucketResult>
        """

    @Test func aPageIsRead() throws {
        let listing = try ObjectListing(Array(page.utf8))
        #expect(listing.keys == ["a/log/1", "a/log/2"])
        #expect(listing.continuation == "1&//=")
        let last = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        #expect(try ObjectListing(Array(last.utf8)).keys == [])
        #expect(try ObjectListing(Array(last.utf8)).continuation == nil)
    }

    @Test(arguments: [
        "", " ", "<", "<>", "</a>", "<a>", "<a", "<a b>", "<a b=c/>", "<a></b>", "<a/><b/>",
        "<a>&nbsp;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#x110000;</a>", "<a>&amp</a>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a><![CDATA[b]]></a>", "<a b=\"<\"/>",
        "<a b=\"c/>", "text", "<a/>text", "<!-- a", "<?xml", "<a><!-- b</a>",
        String(repeating: "<a>", count: 100_000),
        "<ListBucketResult/>", "<Other><IsTruncated>false</IsTruncated></Other>",
        "<ListBucketResult><IsTruncated>maybe</IsTruncated></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><IsTruncated>true</IsTruncated>"
            + "</ListBucketResult>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents/></ListBucketResult>",
    ])
    func whatIsNoListIsRefused(_ text: String) {
        #expect(throws: XMLFault.self) { try ObjectListing(Array(text.utf8)) }
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(throws: XMLFault.self) {
            try XMLNode(Array("<a>".utf8) + [0xFF] + Array("</a>".utf8))
        }
    }

    /// A damaged page is refused or read as something; it never stops the process, and a page that
    /// lost its end is always refused.
    @Test func damagedPagesNeverCrash() {
        let whole = Array(page.utf8)
        for end in 0..<whole.count {
            #expect(throws: XMLFault.self, "cut at \(end)") {
                try ObjectListing(Array(whole[..<end]))
            }
        }
        for seed in UInt64(0)..<2_000 {
            let random = SeededRandom(seed: seed)
            var bytes = whole
            for _ in 0..<random.next(in: 1..<6) {
                bytes[random.next(in: 0..<bytes.count)] = UInt8(random.next(below: 256))
            }
            _ = try? ObjectListing(bytes)
        }
    }
}

@Suite struct VerdictTests {
    private func verdict(_ status: Int, _ code: String = "", _ message: String = "") -> S3Verdict {
        S3Verdict(
            HTTPReply(
                status: status,
                body: Array("<Error><Code>\(code)</Code><Message>\(message)</Message></Error>".utf8)
            ))
    }

    @Test func answersMeanWhatTheyMean() {
        #expect(verdict(200) == .done && verdict(204) == .done && verdict(206) == .done)
        #expect(verdict(404, "NoSuchKey") == .absent)
        #expect(S3Verdict(HTTPReply(status: 404)) == .absent)
        #expect(verdict(412, "PreconditionFailed") == .conditionFailed)
        for status in [500, 502, 503, 504, 408] {
            guard case .inDoubt = verdict(status) else {
                Issue.record("\(status)")
                continue
            }
        }
        for (status, code) in [
            (409, "ConditionalRequestConflict"), (429, "SlowDown"), (400, "RequestTimeout"),
            (400, "BadDigest"),
        ] {
            guard case .postponed = verdict(status, code) else {
                Issue.record("\(status)")
                continue
            }
        }
        #expect(S3Verdict(HTTPFailure(reason: "x", mayHaveArrived: true)) == .inDoubt("x"))
        #expect(S3Verdict(HTTPFailure(reason: "x", mayHaveArrived: false)) == .postponed("x"))
    }

    @Test(arguments: [
        (404, "NoSuchBucket", "objects.bucket"), (403, "SignatureDoesNotMatch", "secret_key"),
        (403, "InvalidAccessKeyId", "access_key"), (403, "RequestTimeTooSkewed", "clock"),
        (403, "AccessDenied", "let these credentials"), (301, "PermanentRedirect", "region"),
        (400, "AuthorizationHeaderMalformed", "region"), (501, "NotImplemented", "If-None-Match"),
        (405, "", "objects.endpoint"),
    ])
    func refusalsNameTheRemedy(_ status: Int, _ code: String, _ word: String) {
        guard case .refused(let reason, let remedy) = verdict(status, code, "a\u{7}b") else {
            Issue.record("\(verdict(status, code))")
            return
        }
        #expect(remedy.contains(word))
        #expect(reason == "status \(status) \(code): ab")
    }
}
