// What every tokenizer does, and the two simplest of them.

/// Cuts a text into tokens and appends them to an empty batch.
protocol Tokenizer: AnyObject {
    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch)
}

/// The whole text as one token, as it is; cut at `Analyzer.maximumTermBytes`.
final class WholeTextTokenizer: Tokenizer {
    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        guard !utf8.isEmpty else { return }
        var end = utf8.count
        if end > Analyzer.maximumTermBytes {
            end = Analyzer.maximumTermBytes
            let shortest = end - 3
            while end > shortest, utf8[end] & 0xC0 == 0x80 { end -= 1 }
        }
        batch.append(UnsafeBufferPointer(rebasing: utf8[..<end]), start: 0, end: utf8.count)
    }
}

/// Runs of characters of one kind: letters (analyzer `simple`, which lowercases them) or
/// anything but white space (analyzer `whitespace`).
final class RunTokenizer: Tokenizer {
    enum Kind {
        case letters
        case nonSpace
    }

    private let kind: Kind
    private var term: [UInt8] = []

    init(_ kind: Kind) {
        self.kind = kind
    }

    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        var index = 0
        var start = 0
        var units = 0
        while index < utf8.count {
            let place = index
            guard let scalar = UTF8Scan.scalar(utf8, &index), belongs(scalar) else {
                emit(start, place, &units, &batch)
                continue
            }
            let width = scalar.value > 0xFFFF ? 2 : 1
            if units + width > Analyzer.maximumTokenLength { emit(start, place, &units, &batch) }
            if units == 0 { start = place }
            units += width
            append(scalar)
        }
        emit(start, utf8.count, &units, &batch)
    }

    private func emit(_ start: Int, _ end: Int, _ units: inout Int, _ batch: inout TokenBatch) {
        guard units > 0 else { return }
        term.withUnsafeBufferPointer { batch.append($0, start: start, end: end) }
        term.removeAll(keepingCapacity: true)
        units = 0
    }

    private func belongs(_ scalar: Unicode.Scalar) -> Bool {
        switch kind {
        case .letters:
            if scalar.isASCII { return (scalar.value | 0x20) &- 0x61 < 26 }
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter,
                .otherLetter:
                return true
            default: return false
            }
        case .nonSpace:
            if scalar.isASCII { return scalar.value != 0x20 && !(0x09...0x0D ~= scalar.value) }
            switch scalar.value {
            case 0xA0, 0x2007, 0x202F: return true  // spaces made not to separate
            default: return !scalar.properties.isWhitespace
            }
        }
    }

    private func append(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            let isUpper = kind == .letters && byte < 0x61
            term.append(isUpper ? byte | 0x20 : byte)
        } else if kind == .letters {
            term.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
        } else {
            term.append(contentsOf: String(scalar).utf8)
        }
    }
}
