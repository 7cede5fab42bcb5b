// The words of a text in the forms that a close comparison of texts looks at.

import Synchronization

/// The words of English texts: by their stems (Porter 2), and without plural endings only
/// (D. Harman, "How effective is suffixing?", 1991). Not `Sendable`: one per worker, borrowed by
/// `with`.
public final class WordForms {
    /// The analyzer whose terms the stems are.
    public static let analyzerName = "english"

    /// A word of a text. Forms are known by their hashes (`DocumentRouting.hash`).
    public struct Word: Sendable, Hashable {
        public internal(set) var stem: UInt64
        public internal(set) var singular: UInt64
        /// In the text, as the analyzer counts it.
        public internal(set) var position: UInt32
        /// Whether it says little about a text: one of Snowball's stop words for English, which
        /// are more than the analyzer's.
        public internal(set) var isFunctionWord: Bool
    }

    /// What became of a token, by the token's hash.
    private struct Slot {
        var token: UInt64 = 0
        var stem: UInt64 = 0
        var singular: UInt64 = 0
        var kind = Kind.unknown
    }

    private enum Kind: UInt8 {
        case unknown, removed, functionWord, tellingWord
    }

    private static let slotCount = 1 << 14

    private let tokenizer: Analyzer
    /// Those of the analyzer before its stemmer.
    private let filters: [any TermFilter]
    private let stemmer: SnowballFilter
    private let singulariser = SuffixStemmer(LightStemmers.minimalEnglish)
    private let term = TermBuffer()
    private var tokens = TokenBatch()
    private var slots = [Slot](repeating: Slot(), count: slotCount)

    /// Those of the text that was read last, without the stop words of the analyzer.
    public private(set) var words: [Word] = []
    /// Positions that the text takes up.
    public var positionCount: UInt32 { tokens.positionCount }

    /// Nil when a library lacks English.
    private init?() {
        guard let recipe = Presets.recipe(Self.analyzerName),
            let tokenizer = recipe.prefix(0).make(Self.analyzerName),
            let stemmer = SnowballFilter("english")
        else { return nil }
        self.tokenizer = tokenizer
        self.stemmer = stemmer
        filters = recipe.filters.dropLast().compactMap { recipe -> (any TermFilter)? in
            if case .term(let filter)? = recipe.make() { filter } else { nil }
        }
        guard filters.count == recipe.filters.count - 1 else { return nil }
    }

    /// Replaces the words by those of a text.
    public func read(_ utf8: UnsafeBufferPointer<UInt8>) {
        tokenizer.analyze(utf8, into: &tokens)
        words.removeAll(keepingCapacity: true)
        tokens.termBytes.withUnsafeBytes { bytes in
            var start = 0
            for index in 0..<tokens.count {
                let end = Int(tokens.termEnds[index])
                let token = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                start = end
                let slot = slot(token)
                if slot.kind == .removed { continue }
                words.append(
                    Word(
                        stem: slot.stem, singular: slot.singular,
                        position: tokens.positions[index],
                        isFunctionWord: slot.kind == .functionWord))
            }
        }
    }

    private func slot(_ token: UnsafeRawBufferPointer) -> Slot {
        let hash = DocumentRouting.hash(token)
        let place = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
        let known = slots[place]
        if known.token == hash, known.kind != .unknown { return known }
        var slot = Slot(token: hash, kind: .removed)
        if let forms = forms(token) {
            slot.stem = DocumentRouting.hash(forms.stem)
            slot.singular = DocumentRouting.hash(forms.singular)
            slot.kind = forms.isFunctionWord ? .functionWord : .tellingWord
        }
        slots[place] = slot
        return slot
    }

    /// A word's forms, as bytes.
    public struct Forms: Sendable, Hashable {
        public var stem: [UInt8]
        public var singular: [UInt8]
        public var isFunctionWord: Bool
    }

    /// The forms of the words of a short text, a question's for instance.
    public func forms(of text: String) -> [Forms] {
        tokenizer.analyze(text, into: &tokens)
        return (0..<tokens.count).compactMap { index in
            tokens.term(index).withUnsafeBytes { forms($0) }
        }
    }

    /// Nil for words that the analyzer removes.
    private func forms(_ token: UnsafeRawBufferPointer) -> Forms? {
        token.withMemoryRebound(to: UInt8.self) { bytes in
            guard let first = bytes.baseAddress else { return nil }
            term.load(first, bytes.count)
            for filter in filters {
                filter.apply(term)
                if term.isEmpty { return nil }
            }
            let word = Array(term.view)
            var forms = Forms(
                stem: [], singular: [], isFunctionWord: Self.functionWords.contains(term.view))
            stemmer.apply(term)
            forms.stem = Array(term.view)
            word.withUnsafeBufferPointer { word in
                guard let first = word.baseAddress else { return }
                term.load(first, word.count)
            }
            singulariser.apply(term)
            forms.singular = Array(term.view)
            return forms
        }
    }

    // MARK: Borrowing

    /// Only ever in one thread's hands: here or with its borrower.
    private struct Idle: @unchecked Sendable {
        let forms: WordForms
    }

    private static let idle = Mutex<[Idle]>([])

    /// Lends one for the time of `body`; nil when a library lacks English.
    public static func with<Result>(_ body: (WordForms) throws -> Result) rethrows -> Result? {
        let taken = idle.withLock { $0.popLast() }?.forms
        guard let forms = taken ?? WordForms() else { return nil }
        defer {
            let back = Idle(forms: forms)
            idle.withLock { if $0.count < AnalyzerPool.idleLimit { $0.append(back) } }
        }
        return try body(forms)
    }

    private static let functionWords = WordSet(
        """
        i me my myself we our ours ourselves you your yours yourself yourselves he him his himself
        she her hers herself it its itself they them their theirs themselves what which who whom
        this that these those am is are was were be been being have has had having do does did
        doing would should could ought i'm you're he's she's it's we're they're i've you've we've
        they've i'd you'd he'd she'd we'd they'd i'll you'll he'll she'll we'll they'll isn't
        aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't shan't
        shouldn't can't cannot couldn't mustn't let's that's who's what's here's there's when's
        where's why's how's a an the and but if or because as until while of at by for with about
        against between into through during before after above below to from up down in out on off
        over under again further then once here there when where why how all any both each few more
        most other some such no nor not only own same so than too very
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
