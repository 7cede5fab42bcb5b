// Scorers that look at the documents' own values.

import Queries
import Segments

extension SegmentPlanner {
    /// Nil when nothing in the segment matches.
    func scorer(_ function: FunctionWeight) throws -> Scorer? {
        guard let inner = try scorer(function.inner) else { return nil }
        var functions: [FunctionScorer.Function] = []
        for (part, filter) in zip(function.query.functions, function.filters) {
            let selecting = try filter.map(scorer)
            // A filter that matches nothing here: the function is as good as not there.
            if case .some(.none) = selecting { continue }
            functions.append(
                FunctionScorer.Function(
                    filter: selecting ?? nil, weight: Double(part.weight),
                    value: try DocumentFunctions.make(part.kind, in: segment.view.segment)))
        }
        return FunctionScorer(inner, functions, function.query, limit: function.limit)
    }

    /// Nil when nothing in the segment matches.
    func covering(_ clauses: [Weight], _ minimumField: String) throws -> Scorer? {
        guard let column = segment.view.segment.column(minimumField), column.kind == .integer
        else { return nil }
        let scorers = try clauses.compactMap { try scorer($0) }
        return scorers.isEmpty ? nil : CoveringScorer(scorers, minimum: FieldNumbers(column))
    }
}
