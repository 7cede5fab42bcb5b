// How the inputs of a completion field become what is completed.

/// The parameters of a completion field.
public struct CompletionForm: Sendable, Hashable {
    public static let defaultAnalyzer = "simple"
    /// Of `max_input_length`.
    static let longestInput = 1_024

    /// Words stay apart: "foof" does not complete to "foo fighters".
    public var keepsSeparators = true
    /// A removed word leaves a gap, which must be there in what was typed as well.
    public var keepsGaps = true
    /// Longer inputs are cut, in UTF-16 units.
    public var maximumInputLength = 50

    public init() {}

    /// Adds what differs from the defaults.
    func write(to json: inout JSONObject) {
        let standing = CompletionForm()
        if keepsSeparators != standing.keepsSeparators {
            json["preserve_separators"] = .bool(keepsSeparators)
        }
        if keepsGaps != standing.keepsGaps {
            json["preserve_position_increments"] = .bool(keepsGaps)
        }
        if maximumInputLength != standing.maximumInputLength {
            json["max_input_length"] = .integer(Int64(maximumInputLength))
        }
    }

    /// A text as it is completed: its words, joined. Of words at one position the first counts.
    /// Empty where there are none.
    public func form(of tokens: TokenBatch) -> [UInt8] {
        var form: [UInt8] = []
        var next: UInt32 = 0
        for token in 0..<tokens.count where token == 0 || tokens.positions[token] >= next {
            if token > 0, keepsSeparators { form.append(CompletionEntry.separator) }
            if keepsGaps {
                for _ in next..<tokens.positions[token] {
                    form.append(CompletionEntry.gap)
                    if keepsSeparators { form.append(CompletionEntry.separator) }
                }
            }
            form += tokens.term(token).filter { !CompletionEntry.reserved.contains($0) }
            next = tokens.positions[token] + 1
        }
        return form
    }
}
