// The dictionary against a sorted array.

import Storage
import Testing

@testable import Segments

struct DictionaryTests {
    /// Terms that share long prefixes, one of them empty, one of them very long.
    static func terms(seed: UInt64, count: Int) -> [[UInt8]] {
        var random = SeededGenerator(seed: seed)
        var terms: Set<[UInt8]> = [[], [UInt8](repeating: 120, count: 5000), [0], [255, 255]]
        while terms.count < count {
            var term = random.chance(50) ? (terms.randomElement(using: &random) ?? []) : []
            if term.count > 40 { term.removeSubrange(random.below(40)...) }
            for _ in 0..<random.below(20) { term.append(UInt8(97 + random.below(4))) }
            terms.insert(term)
        }
        return terms.sorted(by: ByteOrder.precedes)
    }

    static func fixture(_ terms: [[UInt8]]) throws -> PostingsFixture {
        let lists = terms.enumerated().map { index, term in
            (term, (0...(index % 3)).map { (UInt32(index + $0), [UInt32(index % 50)]) })
        }
        return try PostingsFixture(
            Dictionary(uniqueKeysWithValues: lists), documentCount: terms.count + 3)
    }

    @Test(arguments: [0, 1, 31, 32, 33, 1000])
    func findsEveryTermAndNoOther(count: Int) throws {
        let terms = Array(Self.terms(seed: UInt64(count), count: max(count, 4)).prefix(count))
        guard !terms.isEmpty else { return }
        let field = try Self.fixture(terms).field
        #expect(field.termCount == terms.count)
        for (index, term) in terms.enumerated() {
            let entry = try #require(try field.find(term))
            #expect(entry.documentFrequency == index % 3 + 1)
            let cursor = try field.postings(entry, positions: false)
            #expect(try cursor.nextBlock() && cursor.documents[0] == UInt32(index))
            #expect(try field.dictionary.key(index) == term)
        }
        var random = SeededGenerator(seed: 31)
        let known = Set(terms)
        for _ in 0..<2000 {
            var term = terms[random.below(terms.count)]
            if !term.isEmpty, random.chance(50) {
                term[random.below(term.count)] = UInt8(96 + random.below(7))
            } else {
                term.append(UInt8(random.below(256)))
            }
            let place = terms.firstIndex { !ByteOrder.precedes($0, term) } ?? terms.count
            let found = try field.dictionary.lowerBound(term)
            #expect(found == (place, known.contains(term)))
            #expect(try (field.find(term) != nil) == known.contains(term))
        }
    }

    static func all(_ iterator: TermIterator) throws -> [[UInt8]] {
        var terms: [[UInt8]] = []
        while let (term, _) = try iterator.next() { terms.append(term) }
        #expect(try iterator.next() == nil)
        return terms
    }

    @Test(arguments: ["", "https://example.org/a/path/", "\u{0}\u{0}\u{0}\u{0}"])
    func termsThatBeginAlikeAreFound(beginning: String) throws {
        let start = Array(beginning.utf8)
        var terms = (0..<3_000).map { start + Array(String($0 * 7, radix: 36).utf8) }
        for zeros in 1..<12 { terms.append([UInt8](repeating: 0, count: zeros)) }
        terms = Set(terms).sorted(by: ByteOrder.precedes)
        let field = try Self.fixture(terms).field
        for (place, term) in terms.enumerated() {
            #expect(try field.dictionary.lowerBound(term) == (place, true))
            let after = term + [0]
            let isNext = place + 1 < terms.count && terms[place + 1] == after
            #expect(try field.dictionary.lowerBound(after) == (place + 1, isNext))
        }
    }

    @Test func rangesAndPrefixesWalkInOrder() throws {
        let terms = Self.terms(seed: 32, count: 500)
        let field = try Self.fixture(terms).field
        #expect(try Self.all(field.terms(from: nil, to: nil)) == terms)
        #expect(try Self.all(field.terms(prefix: [])) == terms)
        var random = SeededGenerator(seed: 33)
        for _ in 0..<200 {
            let low = Array(terms[random.below(terms.count)].prefix(random.below(12)))
            let high = terms[random.below(terms.count)]
            let inRange = terms.filter {
                !ByteOrder.precedes($0, low) && ByteOrder.precedes($0, high)
            }
            #expect(try Self.all(field.terms(from: low, to: high)) == inRange)
            let withPrefix = terms.filter { $0.starts(with: low) }
            #expect(try Self.all(field.terms(prefix: low)) == withPrefix)
        }
    }

    @Test func entriesOfTheIteratorAreThoseOfFind() throws {
        let terms = Self.terms(seed: 34, count: 300)
        let field = try Self.fixture(terms).field
        let iterator = field.terms(from: terms[37], to: nil)
        while let (term, entry) = try iterator.next() {
            #expect(try field.find(term) == entry)
        }
    }

    /// Entries of some of the terms that a walk meets, skips among them.
    @Test func readsTheEntriesItIsAskedFor() throws {
        let terms = Self.terms(seed: 5, count: 400)
        let field = try Self.fixture(terms).field
        var random = SeededGenerator(seed: 61)
        for round in 0..<200 {
            let iterator = field.terms(from: nil, to: nil)
            var place = 0
            while try iterator.advance() {
                #expect(iterator.withKey { Array($0) } == terms[place], "seed 61, round \(round)")
                if random.chance(30) {
                    let entry = try #require(try iterator.readEntry())
                    #expect(entry == (try field.find(terms[place])), "seed 61, round \(round)")
                }
                place += 1
                if place < terms.count, random.chance(10) {
                    place += random.below(min(80, terms.count - place))
                    iterator.skip(to: terms[place])
                }
            }
            #expect(place == terms.count)
        }
    }

    @Test func skippingMeetsTheFirstTermFromThereOn() throws {
        let terms = Self.terms(seed: 35, count: 700)
        let field = try Self.fixture(terms).field
        var random = SeededGenerator(seed: 36)
        for _ in 0..<200 {
            let iterator = field.terms(from: nil, to: nil)
            var place = 0
            while place < terms.count {
                if random.chance(40) {
                    // Near or far, a term or something between terms.
                    let far = min(
                        terms.count - 1, place + random.below(random.chance(50) ? 5 : 200))
                    let target = terms[far] + (random.chance(50) ? [] : [UInt8(random.below(256))])
                    iterator.skip(to: target)
                    place += terms[place...].prefix { ByteOrder.precedes($0, target) }.count
                }
                let found = try iterator.next()
                #expect(found?.bytes == (place < terms.count ? terms[place] : nil))
                if let found { #expect(try field.find(found.bytes) == found.entry) }
                place += 1
            }
            #expect(try iterator.next() == nil)
        }
    }

    @Test func theExampleOfTheDocumentation() throws {
        var writer = DictionaryWriter(shape: .inverted)
        let single = TermEntry(
            documentFrequency: 1, totalTermFrequency: 1, singleDocument: 7,
            postings: .init(offset: 0, count: 0), positions: .init(offset: 0, count: 0))
        let double = TermEntry(
            documentFrequency: 2, totalTermFrequency: 2, postings: .init(offset: 0, count: 2),
            positions: .init(offset: 0, count: 0))
        try Array("aa".utf8).withUnsafeBufferPointer { try writer.add($0, single) }
        try Array("ab".utf8).withUnsafeBufferPointer { try writer.add($0, double) }
        let (terms, index) = writer.finish()
        #expect(terms == [5, 0x02, 0x61, 0x61, 0x11, 0x62, 0x00, 0x00, 0x07, 0x02, 0x02])
        #expect(index == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    }
}
