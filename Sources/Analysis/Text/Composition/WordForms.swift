// The words of a text in the forms that a close comparison of texts looks at.

import Synchronization

/// The tokens of an English text three times: as words in lower case, by their stems (Porter 2),
/// and without plural endings only (D. Harman, "How effective is suffixing?", 1991). Not
/// `Sendable`: one per worker, borrowed by `with`.
public final class WordForms {
    /// The analyzer whose terms the stems are.
    public static let analyzerName = "english"

    private let analyzer: Analyzer
    private let stemmer: TermFilterChain
    private let singulariser: TermFilterChain

    /// Without the stop words of the analyzer, whose positions stay empty.
    public private(set) var words = TokenBatch()
    /// As many as `words`.
    public private(set) var stems = TokenBatch()
    /// As many as `words`.
    public private(set) var singulars = TokenBatch()

    /// Nil when a library lacks English.
    private init?() {
        guard let recipe = Presets.recipe(Self.analyzerName),
            let analyzer = recipe.prefix(recipe.filters.count - 1).make(Self.analyzerName),
            let stemmer = SnowballFilter("english")
        else { return nil }
        self.analyzer = analyzer
        self.stemmer = TermFilterChain([stemmer])
        singulariser = TermFilterChain([SuffixStemmer(LightStemmers.minimalEnglish)])
    }

    /// Replaces the tokens by those of a text.
    public func read(_ utf8: UnsafeBufferPointer<UInt8>) {
        analyzer.analyze(utf8, into: &words)
        stems = words
        stemmer.apply(to: &stems)
        singulars = words
        singulariser.apply(to: &singulars)
        precondition(
            stems.count == words.count && singulars.count == words.count,
            "no word vanishes with its ending")
    }

    /// Whether a word says little about a text: one of Snowball's stop words for English, which
    /// are more than the analyzer's.
    public func isFunctionWord(_ index: Int) -> Bool {
        words.term(index).withUnsafeBufferPointer { Self.functionWords.contains($0) }
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
