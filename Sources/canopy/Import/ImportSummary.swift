// The end of an import, told to people or as JSON.

import Analysis

/// What an import did.
struct ImportSummary: Sendable {
    var source: String
    var index: String
    var created: Bool
    var indexed: Int64
    var refused: Int64
    /// Documents an earlier, interrupted run had already brought in.
    var indexedBefore: Int64
    var byteCount: Int64
    var retries: Int64
    var elapsed: Duration
    /// Why the import ended before its source did, or nil.
    var stoppedBecause: String?
    /// How often each reason was given; the rarest beyond `RefusalReport.reasonLimit` fall under
    /// one.
    var reasons: [(reason: String, count: Int64)]
    var examples: [RefusedDocument]

    var isComplete: Bool { stoppedBecause == nil }
    var documentsPerSecond: Double { Double(indexed) / max(elapsed.seconds, 1e-6) }

    func text(_ style: TerminalStyle) -> String {
        let mark = isComplete && refused == 0 ? style.green("✓") : style.red("✗")
        var lines = [
            "\(mark) \(style.bold(Quantities.count(indexed))) documents from \(source) into "
                + "\(style.bold(index)) in \(Quantities.duration(elapsed)): "
                + "\(Quantities.count(Int64(documentsPerSecond)))/s, "
                + "\(Quantities.bytes(Double(byteCount) / max(elapsed.seconds, 1e-6)))/s"
        ]
        if indexedBefore > 0 {
            lines.append("  \(Quantities.count(indexedBefore)) more by the run before")
        }
        if retries > 0 { lines.append("  \(Quantities.count(retries)) requests were sent again") }
        if refused > 0 {
            lines.append(style.red("  \(Quantities.count(refused)) refused:"))
            for (reason, count) in reasons {
                lines.append("  \(Quantities.count(count)) × \(reason)")
            }
        }
        if let stoppedBecause {
            lines.append(style.red("  stopped: \(stoppedBecause)"))
            lines.append("  The same command goes on from here.")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One JSON object on one line.
    func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("source", source)
        writer.member("index", index)
        writer.key("created_index")
        writer.bool(created)
        writer.key("complete")
        writer.bool(isComplete)
        writer.optionalMember("stopped_because", stoppedBecause)
        for (key, value) in [
            ("indexed", indexed), ("indexed_before", indexedBefore), ("refused", refused),
            ("bytes", byteCount), ("retries", retries),
        ] {
            writer.key(key)
            writer.integer(value)
        }
        writer.key("seconds")
        writer.number(elapsed.seconds)
        writer.key("documents_per_second")
        writer.number(documentsPerSecond)
        writer.key("errors")
        writer.beginArray()
        for document in examples {
            writer.beginObject()
            writer.member("source", document.place.source)
            writer.key("line")
            writer.integer(document.place.line)
            writer.member("id", document.id)
            writer.member("reason", document.reason)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes + [0x0A]
    }
}

/// Gathers refusals with bounded memory.
struct RefusalReport {
    /// Refused documents kept whole for the JSON summary.
    static let exampleLimit = 1_000
    /// Different reasons counted apart.
    static let reasonLimit = 20
    /// Refusals printed as they come; the rest are only counted.
    static let printedLimit = 20
    /// Characters of a reason that tell it from others: the values in its tail differ.
    private static let reasonLength = 160

    private(set) var examples: [RefusedDocument] = []
    private(set) var printed = 0
    private var counts: [String: Int64] = [:]
    private var others: Int64 = 0

    /// - Returns: the line to print for this refusal, or nil when enough were printed.
    mutating func take(_ document: RefusedDocument) -> String? {
        if examples.count < Self.exampleLimit { examples.append(document) }
        let reason = Self.general(document.reason)
        if counts[reason] != nil || counts.count < Self.reasonLimit {
            counts[reason, default: 0] += 1
        } else {
            others += 1
        }
        guard printed <= Self.printedLimit else { return nil }
        printed += 1
        if printed > Self.printedLimit {
            return "further refusals are counted, not shown (--json lists more)"
        }
        let name = document.id.isEmpty ? "" : " [\(document.id.printable.shortened(to: 80))]"
        return "\(document.place)\(name): \(document.reason)"
    }

    /// The most frequent first; equal counts by their words.
    var reasons: [(reason: String, count: Int64)] {
        var sorted = counts.map { (reason: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
        if others > 0 { sorted.append(("other reasons", others)) }
        return sorted
    }

    /// Without the quoted values and numbers that make equal mistakes look different.
    private static func general(_ reason: String) -> String {
        var text = ""
        var quoted = false
        for character in reason.prefix(reasonLength) {
            if character == "\"" {
                if !quoted { text += "\"…\"" }
                quoted.toggle()
            } else if !quoted {
                text.append(character.isWholeNumber ? "#" : character)
            }
        }
        return text
    }
}
