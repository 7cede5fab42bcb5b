// Which letters each term of a field has, in eight bytes: finds the few terms that a word may be a
// misspelling of without reading the others.

/// The signatures of all terms (signature hashing as in L. Boytsov, "Indexing Methods for
/// Approximate Dictionary Searching", ACM JEA 16, 2011), in buckets: what has the same few bits
/// stands together. As an edit changes at most two bits, the buckets whose bits are further from
/// the word's need not be looked at: of 290,000 terms of an encyclopedia, one edit leaves a
/// fiftieth (the median of 200 words) and two leave a quarter.
struct TermSignatures: Sendable {
    /// Dictionaries with more terms have no signatures: these would take more than 48 MB.
    static let maximumTerms = 1 << 22
    /// A bucket has about so many terms, two to the power of this.
    private static let bucketScale = 6
    private static let maximumKeyBits = 16

    /// The bits that make a bucket's number, lowest first: those that halve the terms best.
    private let keyBits: [UInt64]
    /// Where each bucket begins, and the end of the last.
    private let starts: [UInt32]
    /// By bucket.
    private let signatures: [TermSignature]
    /// Which terms these are, in the order of the terms within a bucket.
    private let ordinals: [UInt32]

    /// Reads every term once.
    init(_ dictionary: TermDictionary) throws {
        var read: [TermSignature] = []
        read.reserveCapacity(dictionary.termCount)
        let terms = TermIterator(dictionary, from: nil, to: nil)
        while try terms.advance() { read.append(terms.withKey { TermSignature($0) }) }
        let scale = Int.bitWidth - read.count.leadingZeroBitCount - Self.bucketScale
        let keyBits = Self.halvingBits(read, count: min(max(scale, 0), Self.maximumKeyBits))
        let keys = read.map { Self.key($0, keyBits) }
        var starts = [UInt32](repeating: 0, count: 1 << keyBits.count + 1)
        for key in keys { starts[key + 1] += 1 }
        for bucket in 1..<starts.count { starts[bucket] += starts[bucket - 1] }
        var ends = starts
        var signatures = read
        var ordinals = [UInt32](repeating: 0, count: read.count)
        for (ordinal, key) in keys.enumerated() {
            let place = Int(ends[key])
            signatures[place] = read[ordinal]
            ordinals[place] = UInt32(ordinal)
            ends[key] += 1
        }
        self.keyBits = keyBits
        self.starts = starts
        self.signatures = signatures
        self.ordinals = ordinals
    }

    /// The bits of letters that are set in nearest to half of the signatures.
    private static func halvingBits(_ signatures: [TermSignature], count: Int) -> [UInt64] {
        var unbalanced = [Int](repeating: -signatures.count, count: TermSignature.letterBits)
        for signature in signatures {
            for bit in unbalanced.indices where signature.bits >> UInt64(bit) & 1 == 1 {
                unbalanced[bit] += 2
            }
        }
        let ranked = unbalanced.indices.sorted { abs(unbalanced[$0]) < abs(unbalanced[$1]) }
        return ranked.prefix(count).map { UInt64($0) }
    }

    private static func key(_ signature: TermSignature, _ keyBits: [UInt64]) -> Int {
        var key = 0
        for (place, bit) in keyBits.enumerated() {
            key |= Int(signature.bits >> bit & 1) << place
        }
        return key
    }

    /// Terms, in their order, among which are all of a range that are as near to the word as so
    /// many edits.
    func terms(near word: TermSignature, edits: Int, in range: Range<Int>) -> [Int] {
        var found: [Int] = []
        visit(Self.key(word, keyBits), changes: 2 * edits, from: 0) { bucket in
            for place in Int(starts[bucket])..<Int(starts[bucket + 1])
            where signatures[place].isNear(word, edits: edits) {
                let ordinal = Int(ordinals[place])
                if range.contains(ordinal) { found.append(ordinal) }
            }
        }
        found.sort()
        return found
    }

    /// Every bucket whose number has at most so many other bits, none of them below `place`.
    private func visit(_ bucket: Int, changes: Int, from place: Int, _ body: (Int) -> Void) {
        body(bucket)
        guard changes > 0 else { return }
        for changed in place..<max(place, keyBits.count) {
            visit(bucket ^ 1 << changed, changes: changes - 1, from: changed + 1, body)
        }
    }
}

/// Two bits for each of 29 classes of letters, which say whether a term has one and whether it has
/// two, and the number of its code points. An edit changes at most two of these bits, an exchange
/// of neighbours none, and the number by at most one.
struct TermSignature: Sendable, Hashable {
    private static let classes: UInt32 = 29
    static let letterBits = 2 * Int(classes)
    private static let letterMask: UInt64 = 1 << UInt64(letterBits) - 1
    private static let maximumLength: UInt64 = UInt64.max >> UInt64(letterBits)

    let bits: UInt64

    /// Of UTF-8. Other bytes have one too, and are like no word.
    init(_ term: UnsafeBufferPointer<UInt8>) {
        var letters: UInt64 = 0
        var length: UInt64 = 0
        var place = 0
        while place < term.count {
            var scalar = UInt32(term[place])
            place += 1
            while place < term.count, term[place] & 0xC0 == 0x80 {
                scalar = scalar << 6 | UInt32(term[place] & 0x3F)
                place += 1
            }
            // Latin letters have classes of their own, neighbours in other scripts have too.
            let isLatin = scalar &- 0x61 < 26
            let bit: UInt64 = 1 << UInt64(isLatin ? scalar &- 0x61 : scalar % Self.classes)
            letters |= letters & bit == 0 ? bit : bit << UInt64(Self.classes)
            length += 1
        }
        bits = letters | min(length, Self.maximumLength) << UInt64(Self.letterBits)
    }

    /// False: there are more edits between the two terms, 1 or 2. True: that has to be looked at.
    @inline(__always)
    func isNear(_ other: TermSignature, edits: Int) -> Bool {
        var differences = (bits ^ other.bits) & Self.letterMask
        // Each line takes two bits away.
        differences &= differences &- 1
        differences &= differences &- 1
        if edits > 1 {
            differences &= differences &- 1
            differences &= differences &- 1
        }
        return differences == 0 && abs(length - other.length) <= edits
    }

    private var length: Int { Int(bits >> UInt64(Self.letterBits)) }
}
