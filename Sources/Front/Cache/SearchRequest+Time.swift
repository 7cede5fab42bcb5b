// Requests whose answer changes with the clock, though no document does: they are never cached.

import Analysis
import Queries

extension SearchRequest {
    /// Whether some bound may be read relative to now. May say yes to a text that only looks so.
    var dependsOnTime: Bool {
        if query.dependsOnTime || postFilter?.dependsOnTime == true { return true }
        return aggregations.contains { named in
            guard case .range(let range) = named.aggregation else { return false }
            return range.ranges.contains {
                ($0.fromText ?? "").mayMeanNow || ($0.toText ?? "").mayMeanNow
            }
        }
    }
}

extension Query {
    var dependsOnTime: Bool {
        switch self {
        case .bool(let bool):
            return [bool.must, bool.should, bool.filter, bool.mustNot].contains {
                $0.contains(where: \.dependsOnTime)
            }
        case .disjunctionMax(let queries, _):
            return queries.contains(where: \.dependsOnTime)
        case .constantScore(let query, _):
            return query.dependsOnTime
        case .match(let match):
            return match.value.mayMeanNow
        case .multiMatch(let match):
            return match.value.mayMeanNow
        case .matchPhrase(let match):
            return match.value.mayMeanNow
        case .queryString(let query):
            return query.text.contains("now")
        case .rawTerm(_, let value, _):
            return value.mayMeanNow
        case .rawTerms(_, let values, _):
            return values.contains(where: \.mayMeanNow)
        case .rawRange(let range):
            return range.lower?.value.mayMeanNow == true || range.upper?.value.mayMeanNow == true
        case .matchAll, .matchNone, .term, .terms, .phrase, .range, .exists, .ids, .prefix:
            return false
        }
    }
}

extension JSONValue {
    fileprivate var mayMeanNow: Bool { stringValue?.mayMeanNow == true }
}

extension String {
    /// Date arithmetic starts with "now".
    fileprivate var mayMeanNow: Bool { hasPrefix("now") }
}
