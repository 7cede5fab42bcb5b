// Sort keys: terms whose bytes compare as their texts do in a language.

import CICU

/// Makes a sort key of a whole text. Keys are written as text, six bits a character, in
/// characters of ASCII whose order is that of the bits: so they are terms, keywords and JSON
/// strings like others, and compare as the bytes do.
final class CollationFilter: TermFilter {
    /// Characters of a key, in the order of their codes.
    static let alphabet = Array(
        "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".utf8)

    private let collator: Collator
    private var written: [UInt8] = []

    /// Nil when ICU lacks the order.
    init?(_ collation: Collation) {
        let reader = ParameterReader(JSONObject(), place: Collation.typeName)
        guard let collator = try? Collator(collation, reader) else { return nil }
        self.collator = collator
    }

    func apply(_ term: TermBuffer) {
        guard let key = collator.key(term.view) else { return }
        Self.write(key, to: &written)
        term.replace(with: written)
    }

    /// `bytes` in the alphabet. What is a prefix stays one, so that shorter keys come first.
    static func write(_ bytes: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> count & 63)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << (6 - count) & 63)]) }
    }
}

/// ICU's collator. Not `Sendable`: one per worker.
final class Collator {
    private let collator: OpaquePointer

    /// - Throws: when ICU does not have the order, in the name of `reader`.
    init(_ collation: Collation, _ reader: ParameterReader) throws(AnalysisSettingsError) {
        collator = try Self.open(collation, reader)
        for attribute in collation.attributes
        where canopy_collator_set(collator, attribute.number, attribute.value) != 0 {
            throw reader.refusal("describes an order that ICU cannot make")
        }
        guard let variableTop = collation.variableTop else { return }
        let text = Array(variableTop.utf8)
        guard canopy_collator_set_variable_top(collator, text, Int32(text.count)) == 0 else {
            throw reader.refusal(
                "parameter [variable_top] cannot be [\(variableTop)]; it is one space, mark of"
                    + " punctuation, symbol or sign of a currency")
        }
    }

    deinit { canopy_collator_close(collator) }

    /// The version of the order, "153.120.42.0".
    var version: String {
        let version = canopy_collator_version(collator)
        return [24, 16, 8, 0].map { "\(version >> $0 & 0xFF)" }.joined(separator: ".")
    }

    /// The key without ICU's zero behind it, valid until the next call. Nil when ICU fails.
    func key(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        var key: UnsafePointer<UInt8>?
        let length = canopy_collator_key(collator, text.baseAddress, Int32(text.count), &key)
        return length < 0 ? nil : UnsafeBufferPointer(start: key, count: Int(length))
    }

    private static func open(
        _ collation: Collation, _ reader: ParameterReader
    ) throws(AnalysisSettingsError) -> OpaquePointer {
        if let rules = collation.rules {
            let text = Array(rules.utf8)
            var offset: Int32 = -1
            if let collator = canopy_collator_open_rules(text, Int32(text.count), &offset) {
                return collator
            }
            throw reader.refusal(
                "parameter [rules] is no list of rules that ICU can read"
                    + (offset < 0 ? "" : "; what is wrong stands near character \(offset)"))
        }
        let (language, country) = (collation.language, collation.country)
        var fault: Int32 = 0
        if let collator = canopy_collator_open(language, country, collation.variant, &fault) {
            return collator
        }
        switch fault {
        case CANOPY_COLLATOR_LANGUAGE:
            throw reader.refusal(
                "parameter [language] is [\(language)], no language of ISO 639; one is [de]")
        case CANOPY_COLLATOR_COUNTRY:
            throw reader.refusal(
                "parameter [country] is [\(country)], no country of ISO 3166; one is [AT]")
        case CANOPY_COLLATOR_VARIANT:
            throw reader.refusal(
                "parameter [variant] is [\(collation.variant)], an order that ICU does not have"
                    + " for the language; one it has for de is [@collation=phonebook]")
        default:
            throw reader.refusal("cannot be made: the ICU library of this machine lacks a part")
        }
    }
}
