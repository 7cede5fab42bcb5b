// Writes the tokens of `_analyze`.

import Analysis
import Queries

struct AnalysisRenderer {
    private static let known = ["bytes", "positionLength", "termFrequency"]

    private let name: String
    /// Of the details about tokens, those to show.
    private let attributes: [String]

    /// - Parameters:
    ///   - name: Of the analyzer, where it is shown without stages.
    ///   - attributes: Of the details about tokens those to show; none named means all.
    init(name: String, attributes: [String]) throws(RequestError) {
        if let unknown = attributes.first(where: { !Self.known.contains($0) }) {
            throw .illegalArgument(
                "[attributes] cannot hold [\(unknown)]; known: "
                    + Self.known.joined(separator: ", "))
        }
        self.name = name
        self.attributes = attributes.isEmpty ? Self.known : attributes
    }

    /// `"tokens":[…]`.
    func write(
        _ tokens: [AnalysisExplanation.Token], inDetail: Bool, _ writer: inout JSONWriter
    ) {
        writer.member("tokens", array: tokens) { writer, token in
            writer.beginObject()
            writer.member("token", token.text)
            writer.member("start_offset", token.startOffset)
            writer.member("end_offset", token.endOffset)
            writer.member("type", token.type)
            writer.member("position", token.position)
            if inDetail {
                writeDetails(token, &writer)
            } else if token.positionLength > 1 {
                writer.member("positionLength", token.positionLength)
            }
            writer.endObject()
        }
    }

    private func writeDetails(_ token: AnalysisExplanation.Token, _ writer: inout JSONWriter) {
        if attributes.contains("bytes") { writer.member("bytes", Self.hexadecimal(token.term)) }
        if attributes.contains("positionLength") {
            writer.member("positionLength", token.positionLength)
        }
        if attributes.contains("termFrequency") { writer.member("termFrequency", 1) }
    }

    /// "[66 6f 78]".
    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let pairs = bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        return "[" + pairs.joined(separator: " ") + "]"
    }

    /// `"detail":{…}`: the stages of a composed analyzer, or what a built-in one makes.
    func writeDetail(_ explanation: AnalysisExplanation, _ writer: inout JSONWriter) {
        writer.member(
            "detail",
            object: { writer in
                writer.member("custom_analyzer", explanation.isCustom)
                guard explanation.isCustom else {
                    return writer.member(
                        "analyzer",
                        object: { writer in
                            writer.member("name", name)
                            write(explanation.tokens, inDetail: true, &writer)
                        })
                }
                writer.member("charfilters", array: explanation.charFilters) { writer, filter in
                    writer.beginObject()
                    writer.member("name", filter.name)
                    writer.member("filtered_text", array: filter.texts) { $0.string($1) }
                    writer.endObject()
                }
                if let tokenizer = explanation.tokenizer {
                    writer.member("tokenizer", object: { write(tokenizer, &$0) })
                }
                writer.member("tokenfilters", array: explanation.filters) { writer, stage in
                    writer.beginObject()
                    write(stage, &writer)
                    writer.endObject()
                }
            })
    }

    private func write(_ stage: AnalysisExplanation.Stage, _ writer: inout JSONWriter) {
        writer.member("name", stage.name)
        write(stage.tokens, inDetail: true, &writer)
    }
}
