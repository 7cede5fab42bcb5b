// The tokenizers `letter`, `lowercase` and `whitespace`: runs of characters of one kind.

/// Runs of letters, lowercased on demand, or of anything but white space, as it is.
final class RunTokenizer: Tokenizer {
    enum Kind {
        case letters
        case nonSpace
    }

    private let kind: Kind
    /// Which ASCII characters belong to a run.
    private let belongsASCII: [Bool]

    private let lowercases: Bool
    private let maximumLength: Int

    /// - Parameter maximumLength: Longer runs are split; one of `TextLimits.tokenLengths`.
    init(
        _ kind: Kind, lowercases: Bool = false,
        maximumLength: Int = TextLimits.maximumTokenLength
    ) {
        self.kind = kind
        self.maximumLength = maximumLength
        self.lowercases = lowercases
        belongsASCII = (0..<0x80).map { byte in
            switch kind {
            case .letters: (byte | 0x20) - 0x61 >= 0 && (byte | 0x20) - 0x61 < 26
            case .nonSpace: byte != 0x20 && !(0x09...0x0D ~= byte)
            }
        }
    }

    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        var term: [UInt8] = []
        var index = 0
        var start = 0
        var units = 0
        while index < utf8.count {
            let place = index
            var width = 1
            let belongs: Bool
            if utf8[index] < 0x80 {
                belongs = belongsASCII[Int(utf8[index])]
                index += 1
            } else if let scalar = UTF8Scan.scalar(utf8, &index) {
                width = scalar.value > 0xFFFF ? 2 : 1
                belongs = self.belongs(scalar)
            } else {
                belongs = false
            }
            if units > 0, !belongs || units + width > maximumLength {
                append(utf8, start..<place, &term, to: &batch)
                units = 0
            }
            guard belongs else { continue }
            if units == 0 { start = place }
            units += width
        }
        if units > 0 { append(utf8, start..<utf8.count, &term, to: &batch) }
    }

    private func belongs(_ scalar: Unicode.Scalar) -> Bool {
        switch kind {
        case .letters:
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter,
                .otherLetter:
                true
            default: false
            }
        case .nonSpace:
            switch scalar.value {
            case 0xA0, 0x2007, 0x202F: true  // spaces made not to separate
            default: !scalar.properties.isWhitespace
            }
        }
    }

    /// Appends the token of a run, which is valid UTF-8; `term` is scratch memory.
    private func append(
        _ utf8: UnsafeBufferPointer<UInt8>, _ run: Range<Int>, _ term: inout [UInt8],
        to batch: inout TokenBatch
    ) {
        let bytes = UnsafeBufferPointer(rebasing: utf8[run])
        guard lowercases else {
            return batch.append(bytes, start: run.lowerBound, end: run.upperBound)
        }
        term.removeAll(keepingCapacity: true)
        var index = 0
        while index < bytes.count {
            if bytes[index] < 0x80 {
                term.append(bytes[index] | 0x20)
                index += 1
            } else if let scalar = UTF8Scan.scalar(bytes, &index) {
                term.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            }
        }
        term.withUnsafeBufferPointer {
            batch.append($0, start: run.lowerBound, end: run.upperBound)
        }
    }
}
