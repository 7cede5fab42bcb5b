// The table against ICU: every character below U+10000 in many surroundings, and random text of
// every script, whatever the tokenizer does with case and with East Asian text.

import Testing

@testable import Analysis

struct UnicodeWordsTests {
    /// One way to cut words, by the table and by ICU alone.
    struct Mode: CustomStringConvertible, Sendable {
        var folds = true
        var eastAsian = StandardTokenizer.EastAsian.words

        var description: String { "folds: \(folds), \(eastAsian)" }

        func tokenizer(_ usesFastPath: Bool, _ worthwhileASCII: Int) -> StandardTokenizer? {
            StandardTokenizer(
                folds: folds, eastAsian: eastAsian, usesFastPath: usesFastPath,
                worthwhileASCII: worthwhileASCII)
        }
    }

    static let modes = [Mode(), Mode(eastAsian: .bigrams), Mode(folds: false)]

    private static let scalars = (0..<0x10000).compactMap { Unicode.Scalar(UInt32($0)) }

    /// What text becomes by ICU alone and by the table, cut rarely and as often as possible.
    private func agree(_ text: String, _ mode: Mode, _ note: String) throws -> Bool {
        let icu = try #require(mode.tokenizer(false, 64))
        var expected = TokenBatch()
        var got = TokenBatch()
        var text = text
        text.withUTF8 { icu.tokenize($0, into: &expected) }
        for worthwhile in [64, 1] {
            let fast = try #require(mode.tokenizer(true, worthwhile))
            got.removeAll()
            text.withUTF8 { fast.tokenize($0, into: &got) }
            let isEqual =
                got.termBytes == expected.termBytes && got.termEnds == expected.termEnds
                && got.positions == expected.positions
                && got.startOffsets == expected.startOffsets
                && got.endOffsets == expected.endOffsets
            guard isEqual else {
                let (table, other) = (Tokens(got), Tokens(expected))
                let bytes = Array(text.utf8)
                let place = zip(table.starts, other.starts).first { $0 != $1 }.map { min($0, $1) }
                let start = max(0, Int(place ?? 0) - 20)
                let around = String(decoding: bytes[start...].prefix(60), as: UTF8.self)
                let difference = zip(table.terms, other.terms).first { $0 != $1 }
                Issue.record(
                    """
                    \(mode), \(note): \(got.count) and \(expected.count) tokens; offsets differ \
                    around \(around.debugDescription); terms \(String(describing: difference))
                    """)
                return false
            }
        }
        return true
    }

    /// Each character alone, between letters, digits, cells, marks and itself.
    @Test(arguments: modes) func everyCharacter(mode: Mode) throws {
        for page in stride(from: 0, to: Self.scalars.count, by: 1024) {
            var text = ""
            for scalar in Self.scalars[page..<min(page + 1024, Self.scalars.count)] {
                let c = Character(scalar)
                text += "\(c)\na\(c)b 1\(c)2 é\(c)я_\(c) '\(c)' ह\(c)\u{94D}\(c)ी 字\(c)字 가\(c)x\n"
            }
            guard try agree(text, mode, "characters from \(Self.scalars[page])") else { return }
        }
    }

    @Test(arguments: modes) func randomScripts(mode: Mode) throws {
        var random = SeededRandom(seed: 67)
        let marks = Self.scalars.filter { $0.properties.canonicalCombiningClass.rawValue > 0 }
        let letters = [
            0x41...0x7A, 0xC0...0x24F, 0x370...0x3FF, 0x400...0x4FF, 0x5D0...0x5EA, 0x610...0x6FF,
            0x900...0x97F, 0xE00...0xE5B, 0x1100...0x11FF, 0x1E00...0x1FFF, 0x3041...0x30FF,
            0x4E00...0x4EFF, 0xAC00...0xACFF, 0xFB00...0xFEFC, 0xFF01...0xFFDC,
        ]
        for round in 0..<300 {
            let script = random.pick(letters)
            var text = String.UnicodeScalarView()
            for _ in 0..<random.below(300) {
                switch random.below(16) {
                case 0: text.append(random.pick(Self.scalars))
                case 1...3: text.append(random.pick(marks))
                case 4: text.append(random.pick(Array("'._,\" \n-1:\u{2019}".unicodeScalars)))
                case 5, 6: text.append(" ")
                default:
                    let value = UInt32(random.below(script.count) + script.lowerBound)
                    text.append(Unicode.Scalar(value) ?? " ")
                }
            }
            guard try agree(String(text), mode, "seed 67, round \(round)") else { return }
        }
    }

    /// Many tokens between two places where text may be cut, and words of every length.
    @Test(arguments: modes) func longRuns(mode: Mode) throws {
        for piece in ["字", "가", "я", "яa", "ﷺ", "я.", "é字", "क़"] {
            for count in [1, 2, 84, 85, 86, 127, 128, 129, 255, 256, 1023, 2047, 2048, 5000] {
                let run = String(repeating: piece, count: count)
                guard try agree("x " + run + "。" + run, mode, "\(count) times \(piece)") else {
                    return
                }
            }
        }
    }
}
