// The inputs of a completion field in a document.

extension FieldMapping {
    /// The entry of one input; nil for one without any word.
    func completion(
        _ text: String, weight: Int, _ analyzers: AnalyzerRegistry
    ) throws(DocumentError) -> FieldValue? {
        if let reserved = text.utf8.first(where: { CompletionEntry.reserved.contains($0) }) {
            throw DocumentError(
                type: "illegal_argument_exception",
                reason: "Illegal input for field [\(path)]: it has the reserved character"
                    + " [0x\(String(reserved, radix: 16))]; leave it out")
        }
        var units = 0
        let kept = text.unicodeScalars.prefix { scalar in
            units += scalar.value > 0xFFFF ? 2 : 1
            return units <= completion.maximumInputLength
        }
        let surface = String(String.UnicodeScalarView(kept))
        var tokens = TokenBatch()
        _ = analyzers.pool.with(analyzer) { $0.analyze(surface, into: &tokens) }
        let form = completion.form(of: tokens)
        if form.isEmpty { return nil }
        let term = CompletionEntry(weight: weight, form: form, surface: Array(surface.utf8)).term
        guard term.count <= Analyzer.maximumTermBytes else {
            throw DocumentError(
                type: "illegal_argument_exception",
                reason:
                    "an input for field [\(path)] has [\(term.count)] bytes when it is analysed;"
                    + " the most is [\(Analyzer.maximumTermBytes)]")
        }
        return .completion(term)
    }

    /// The entries of `{"input": …, "weight": …}`.
    func completions(
        _ object: JSONObject, _ analyzers: AnalyzerRegistry
    ) throws(DocumentError) -> [FieldValue] {
        var weight = CompletionEntry.defaultWeight
        var inputs: [JSONValue] = []
        for (name, value) in object {
            switch name {
            case "input": inputs = value.arrayValue ?? [value]
            case "weight":
                let number = value.integerValue ?? value.stringValue.flatMap { Int64($0) }
                guard let number, 0...Int64(CompletionEntry.maximumWeight) ~= number else {
                    throw refusal(
                        value, "[weight] must be a whole number from 0 to \(Int32.max)")
                }
                weight = Int(number)
            default:
                throw refusal(
                    .string(name), "known are [input, weight]; contexts are not supported")
            }
        }
        guard object["input"] != nil else {
            throw refusal(.object(object), "an object needs [input]")
        }
        var result: [FieldValue] = []
        for input in inputs {
            guard case .string(let text) = input else {
                throw refusal(input, "[input] must be a string or an array of strings")
            }
            if let value = try completion(text, weight: weight, analyzers) { result.append(value) }
        }
        return result
    }
}
