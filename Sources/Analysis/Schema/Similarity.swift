// How matches in a field are scored: BM25's parameters, by name.

/// The two parameters of BM25 (S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework:
/// BM25 and Beyond", 2009). They are looked at when a search is scored, not when a document is
/// indexed.
public struct Similarity: Sendable, Hashable {
    /// From 0 on: how much it counts that a term occurs repeatedly. 0: only whether it occurs.
    public let k1: Float
    /// 0…1: how much it counts that a field is longer than the average. 0: not at all.
    public let b: Float

    /// What Lucene, and with it OpenSearch, takes.
    public static let standard = Similarity(k1: 1.2, b: 0.75)

    public init(k1: Float, b: Float) {
        self.k1 = k1
        self.b = b
    }
}

/// The similarities that an index knows: `BM25`, and those of its settings.
public struct Similarities: Sendable, Equatable {
    /// The section's name in the settings.
    public static let sectionName = "similarity"
    static let standardName = "BM25"
    /// Of fields that name none, when the settings define it.
    static let defaultName = "default"
    static let largestK1: Double = 1000

    /// The `similarity` section they come from.
    public let settings: JSONObject
    private let named: [String: Similarity]

    public static let standard = Similarities()

    private init() {
        settings = JSONObject()
        named = [:]
    }

    /// - Throws: naming the similarity and the parameter that is wrong.
    init(settings: JSONObject) throws(SchemaError) {
        var named: [String: Similarity] = [:]
        for (name, definition) in settings {
            guard name != Self.standardName else {
                throw .argument("similarity [\(name)] is built in; give yours another name")
            }
            guard let definition = definition.objectValue else {
                throw .argument(
                    "similarity [\(name)] must be an object, got \(definition.kindName)")
            }
            named[name] = try Self.read(definition, name)
        }
        self.settings = settings
        self.named = named
    }

    /// What a field that names it, or none, is scored with; nil when there is no such similarity.
    func similarity(_ name: String?) -> Similarity? {
        guard let name else { return named[Self.defaultName] ?? .standard }
        return name == Self.standardName ? .standard : named[name]
    }

    var names: [String] { ([Self.standardName] + named.keys).sorted() }

    private static func read(
        _ definition: JSONObject, _ name: String
    ) throws(SchemaError) -> Similarity {
        var k1 = Double(Similarity.standard.k1)
        var b = Double(Similarity.standard.b)
        for (parameter, value) in definition {
            switch parameter {
            case "type":
                guard value == "BM25" else {
                    throw .argument(
                        "similarity [\(name)] has type [\(value.stringValue ?? "\(value)")];"
                            + " the only type is [BM25]")
                }
            case "k1": k1 = try number(value, in: 0...largestK1, parameter, name)
            case "b": b = try number(value, in: 0...1, parameter, name)
            case "discount_overlaps" where value == true || value == "true": break
            default:
                throw .argument(
                    "similarity [\(name)] cannot be given [\(parameter) : \(value)];"
                        + " known are [type, k1, b], [discount_overlaps : true]")
            }
        }
        return Similarity(k1: Float(k1), b: Float(b))
    }

    private static func number(
        _ value: JSONValue, in range: ClosedRange<Double>, _ parameter: String, _ name: String
    ) throws(SchemaError) -> Double {
        let number = value.doubleValue ?? value.stringValue.flatMap { Double($0) }
        guard let number, range.contains(number) else {
            throw .argument(
                "[\(parameter)] of similarity [\(name)] must be a number from"
                    + " \(Int(range.lowerBound)) to \(Int(range.upperBound)), got \(value)")
        }
        return number
    }
}
