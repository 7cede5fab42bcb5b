// Tokenizer `char_group`: the text between some characters.

final class CharGroupTokenizer: Tokenizer {
    private let separators: Set<Unicode.Scalar>
    private let classes: CharacterClasses

    /// - Parameter classes: Whose characters separate too; none named means none.
    init(_ separators: Set<Unicode.Scalar>, classes: CharacterClasses) {
        self.separators = separators
        self.classes = classes
    }

    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        var start = 0
        var index = 0
        while index < utf8.count {
            let place = index
            guard let scalar = UTF8Scan.scalar(utf8, &index), !separates(scalar) else {
                batch.appendPieces(of: utf8, start..<place)
                start = index
                continue
            }
        }
        batch.appendPieces(of: utf8, start..<utf8.count)
    }

    private func separates(_ scalar: Unicode.Scalar) -> Bool {
        separators.contains(scalar)
            || !classes.isEmpty && !classes.isDisjoint(with: CharacterClasses.classes(of: scalar))
    }
}
