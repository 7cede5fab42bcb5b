// Stemming by libstemmer, the reference implementation of Snowball.

import CSystemStemmer

final class SnowballFilter: TermFilter {
    private let stemmer: OpaquePointer

    /// Nil when the library lacks the language.
    init?(_ language: String) {
        guard let stemmer = sb_stemmer_new(language, "UTF_8") else { return nil }
        self.stemmer = stemmer
    }

    deinit { sb_stemmer_delete(stemmer) }

    /// The library's languages, sorted.
    static let languages: [String] = {
        var names: [String] = []
        guard var next = sb_stemmer_list() else { return [] }
        while let name = next.pointee {
            names.append(String(cString: name))
            next += 1
        }
        return names.sorted()
    }()

    func apply(_ term: TermBuffer) {
        guard !term.isKeyword, let stem = sb_stemmer_stem(stemmer, term.bytes, Int32(term.count))
        else { return }
        let length = Int(sb_stemmer_length(stemmer))
        // No stem at all would remove the word.
        if length > 0 { term.replace(with: UnsafeBufferPointer(start: stem, count: length)) }
    }
}
