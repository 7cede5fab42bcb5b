// What a store compares with the bytes that arrived before it keeps them. The signature has their
// SHA-256 too, but not every store looks: where a node is killed between a request's head and its
// body, SeaweedFS 4.48 keeps an empty object under the name, which nobody can create any more.

import Crypto
import Foundation

struct ContentMD5: Sendable {
    static let header = "content-md5"
    /// In base64 (RFC 1864).
    let text: String

    init(of bytes: [UInt8]) {
        text = Data(Insecure.MD5.hash(data: bytes)).base64EncodedString()
    }
}
