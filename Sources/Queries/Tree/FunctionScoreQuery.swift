// Scores that functions of the documents make anew: which functions, and how they are combined.

import Analysis

/// The inner query's matches, scored by functions of the documents.
///
/// 1. The values of all functions whose filters match a document, each times its weight, become one
///    (`scoreMode`); it is 1 where none matches.
/// 2. That is cut at `maximumBoost` and combined with the inner query's score (`boostMode`).
/// 3. Documents with less than `minimumScore` do not match.
///
/// Everything is computed in double precision from the document's own values and its exact inner
/// score, and rounded to the score grid once, so it is the same whatever the leaves and segments.
/// A value or a score that is negative or not a number counts as 0. (OpenSearch fails such
/// searches; here a failure would depend on which leaf holds the document.)
public struct FunctionScoreQuery: Sendable, Hashable {
    /// How the functions' values become one.
    public enum ScoreMode: String, Sendable, Hashable, CaseIterable {
        case multiply, sum
        /// The sum of the weighted values by the sum of their weights.
        case avg
        /// Of the first function whose filter matches.
        case first
        case max, min
    }

    /// How the value and the inner query's score become one.
    public enum BoostMode: String, Sendable, Hashable, CaseIterable {
        case multiply
        /// The value alone.
        case replace
        case sum, avg, max, min
    }

    public static let unlimitedBoost = Float.greatestFiniteMagnitude

    public var query: Query
    public var functions: [ScoreFunction]
    public var scoreMode: ScoreMode
    public var boostMode: BoostMode
    public var maximumBoost: Float
    public var minimumScore: Float?

    public init(
        query: Query, functions: [ScoreFunction], scoreMode: ScoreMode = .multiply,
        boostMode: BoostMode = .multiply,
        maximumBoost: Float = FunctionScoreQuery.unlimitedBoost, minimumScore: Float? = nil
    ) {
        self.query = query
        self.functions = functions
        self.scoreMode = scoreMode
        self.boostMode = boostMode
        self.maximumBoost = maximumBoost
        self.minimumScore = minimumScore
    }

    /// Whether what the inner query scores is looked at.
    /// - Parameter isScoring: whether this query's own score is.
    public func usesInnerScore(isScoring: Bool) -> Bool {
        boostMode != .replace && (isScoring || minimumScore != nil)
    }
}

/// One function of a `FunctionScoreQuery`.
public struct ScoreFunction: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// The weight alone.
        case constant
        case fieldValue(FieldValueFunction)
        /// Evenly spread over 0..<1, from the seed and the hash of the document's `_id`. Nil: a
        /// seed is still to be chosen, another one every millisecond.
        case random(seed: Int64?)
        case decay(DecayFunction)
        /// Still to be read by the field's mapping.
        case rawDecay(RawDecayFunction)
    }

    public var kind: Kind
    /// Nil: every document.
    public var filter: Query?
    /// What the value is multiplied by.
    public var weight: Float

    public init(_ kind: Kind, filter: Query? = nil, weight: Float = 1) {
        self.kind = kind
        self.filter = filter
        self.weight = weight
    }
}

/// `modifier(factor * value)` of the smallest value of a field.
public struct FieldValueFunction: Sendable, Hashable {
    public enum Modifier: String, Sendable, Hashable, CaseIterable {
        case none
        /// To base 10, of the number, one more, or two more.
        case log, log1p, log2p
        /// The natural ones.
        case ln, ln1p, ln2p
        case square, sqrt, reciprocal
    }

    public var field: String
    public var factor: Float
    public var modifier: Modifier
    /// Stands for the value of documents without one; nil: for these the function is 1.
    public var missing: Double?

    public init(
        field: String, factor: Float = 1, modifier: Modifier = .none, missing: Double? = nil
    ) {
        self.field = field
        self.factor = factor
        self.modifier = modifier
        self.missing = missing
    }
}

/// 1 near the origin and less farther away. Of the distance between a value and the origin,
/// `offset` is free; where `scale` is left, the function is `decay`. Without a value it is 1.
/// With x for what is left of the distance:
///
///     gauss   exp(ln(decay) * (x / scale)²)
///     exp     exp(ln(decay) * x / scale)
///     linear  max(0, 1 - (1 - decay) * x / scale)
public struct DecayFunction: Sendable, Hashable {
    public enum Shape: String, Sendable, Hashable, CaseIterable {
        case gauss, linear, exp
    }

    /// Which distance counts where a document has several values.
    public enum ValueMode: String, Sendable, Hashable, CaseIterable {
        case min, max, avg, sum
    }

    public var field: String
    public var shape: Shape
    /// Dates in milliseconds since 1970 UTC, and so are their distances.
    public var origin: Double
    /// More than 0.
    public var scale: Double
    /// At least 0.
    public var offset: Double
    /// Between 0 and 1.
    public var decay: Double
    public var valueMode: ValueMode

    public init(
        field: String, shape: Shape, origin: Double, scale: Double, offset: Double = 0,
        decay: Double = 0.5, valueMode: ValueMode = .min
    ) {
        self.field = field
        self.shape = shape
        self.origin = origin
        self.scale = scale
        self.offset = offset
        self.decay = decay
        self.valueMode = valueMode
    }
}

/// A decay whose places and distances are still as written: numbers, or dates and times.
public struct RawDecayFunction: Sendable, Hashable {
    public var field: String
    public var shape: DecayFunction.Shape
    /// Nil: now.
    public var origin: JSONValue?
    public var scale: JSONValue
    public var offset: JSONValue?
    public var decay: Double
    public var valueMode: DecayFunction.ValueMode

    public init(
        field: String, shape: DecayFunction.Shape, origin: JSONValue? = nil, scale: JSONValue,
        offset: JSONValue? = nil, decay: Double = 0.5, valueMode: DecayFunction.ValueMode = .min
    ) {
        self.field = field
        self.shape = shape
        self.origin = origin
        self.scale = scale
        self.offset = offset
        self.decay = decay
        self.valueMode = valueMode
    }
}
