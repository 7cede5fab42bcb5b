// Whether an answer changes just because time passes.

import Analysis

extension SearchRequest {
    /// Some date in the request is relative to `now`; such answers must not be cached.
    public var dependsOnTime: Bool {
        if query.mentionsNow || postFilter?.mentionsNow == true { return true }
        if rescores.contains(where: { $0.query.mentionsNow }) { return true }
        return aggregations.contains { named in
            guard case .range(let range) = named.aggregation else { return false }
            return range.ranges.contains {
                $0.fromText?.hasPrefix("now") == true || $0.toText?.hasPrefix("now") == true
            }
        }
    }
}

extension Query {
    /// Whether a date could be relative to `now`; texts that only look like it count.
    var mentionsNow: Bool {
        func isNow(_ value: JSONValue?) -> Bool { value?.stringValue?.hasPrefix("now") == true }
        switch self {
        case .rawTerm(_, let value, _): return isNow(value)
        case .rawTerms(_, let values, _): return values.contains(where: isNow)
        case .rawRange(let range): return isNow(range.lower?.value) || isNow(range.upper?.value)
        case .match(let match): return isNow(match.value)
        case .matchPhrase(let phrase): return isNow(phrase.value)
        case .multiMatch(let multi): return isNow(multi.value)
        case .queryString(let string): return string.text.hasWordNow
        case .termsSet(let set): return set.values.contains(where: isNow)
        case .functionScore(let function) where function.functions.contains(where: \.mentionsNow):
            return true
        default:
            var found = false
            forEachPart { found = found || $0.mentionsNow }
            return found
        }
    }
}

extension ScoreFunction {
    /// Whether its value could change while time passes.
    fileprivate var mentionsNow: Bool {
        switch kind {
        case .random(seed: nil): true
        case .rawDecay(let decay): decay.origin?.stringValue?.hasPrefix("now") ?? true
        default: false
        }
    }
}

extension String {
    /// Whether a word begins with "now", as in `date:[now-1d TO *]`.
    fileprivate var hasWordNow: Bool {
        var rest = utf8[...]
        var isInWord = false
        while let byte = rest.first {
            if !isInWord, rest.starts(with: "now".utf8) { return true }
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            isInWord = isLetter || isDigit || byte >= 0x80 || byte == UInt8(ascii: "_")
            rest = rest.dropFirst()
        }
        return false
    }
}
