// Ids for documents that come without one.

import Analysis
import Storage

/// 20 URL-safe characters, 120 bits.
enum DocumentNames {
    static let length = 20

    static func random(_ source: any RandomSource) -> String {
        encode(source.next(), source.next())
    }

    /// The same for the same item of a write sent again under the same key.
    static func repeatable(key: String, item: Int) -> String {
        let text = Array("\(item) \(key)".utf8)
        return encode(DocumentRouting.hash(text), DocumentRouting.hash(text.reversed()))
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The low 60 bits of each word, six a character.
    private static func encode(_ first: UInt64, _ second: UInt64) -> String {
        var characters: [UInt8] = []
        for word in [first, second] {
            for character in 0..<10 {
                characters.append(alphabet[Int((word >> UInt64(6 * character)) & 63)])
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
