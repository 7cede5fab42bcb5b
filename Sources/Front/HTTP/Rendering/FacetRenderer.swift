// One aggregation's answer as JSON.

import Analysis
import Queries

enum FacetRenderer {
    static func write(_ facet: FacetAnswer, typedKeys: Bool, _ writer: inout JSONWriter) {
        let name = typedKeys ? "\(typeName(facet))#\(facet.name)" : facet.name
        writer.member(
            name,
            object: { writer in
                switch facet.aggregation {
                case .terms:
                    writer.member("doc_count_error_upper_bound", 0)
                    writer.member("sum_other_doc_count", facet.result.otherCount)
                    writer.member("buckets", array: facet.result.buckets) { writer, bucket in
                        writer.beginObject()
                        writeKey(bucket.key, facet.fieldType, &writer)
                        writer.member("doc_count", bucket.count)
                        writer.endObject()
                    }
                case .range(let range):
                    writeRanges(facet.result.buckets, range, &writer)
                }
            })
    }

    private static func typeName(_ facet: FacetAnswer) -> String {
        switch (facet.aggregation, facet.fieldType) {
        case (.range(let range), _): range.isDate ? "date_range" : "range"
        case (.terms, .keyword?), (.terms, .text?): "sterms"
        case (.terms, .float?), (.terms, .double?): "dterms"
        case (.terms, nil): "umterms"
        case (.terms, _): "lterms"
        }
    }

    private static func writeKey(
        _ key: FacetKey, _ type: FieldType?, _ writer: inout JSONWriter
    ) {
        writer.key("key")
        switch (key, type) {
        case (.bytes(let bytes), _):
            writer.string(String(decoding: bytes, as: UTF8.self))
        case (.real(let value), _):
            writer.number(value)
        case (.integer(let value), .boolean?):
            writer.integer(value)
            writer.member("key_as_string", value == 0 ? "false" : "true")
        case (.integer(let value), .date?):
            writer.integer(value)
            writer.member("key_as_string", DateFormat.render(milliseconds: value))
        case (.integer(let value), _):
            writer.integer(value)
        }
    }

    private static func writeRanges(
        _ buckets: [FacetBucket], _ range: RangeAggregation, _ writer: inout JSONWriter
    ) {
        guard range.keyed else {
            writer.member("buckets", array: buckets) { writer, bucket in
                writer.beginObject()
                writer.member("key", key(of: bucket, isDate: range.isDate))
                writeBounds(bucket, isDate: range.isDate, &writer)
                writer.endObject()
            }
            return
        }
        writer.member(
            "buckets",
            object: { writer in
                for bucket in buckets {
                    writer.member(
                        key(of: bucket, isDate: range.isDate),
                        object: { writer in
                            writeBounds(bucket, isDate: range.isDate, &writer)
                        })
                }
            })
    }

    private static func writeBounds(
        _ bucket: FacetBucket, isDate: Bool, _ writer: inout JSONWriter
    ) {
        for (name, bound) in [("from", bucket.from), ("to", bucket.to)] {
            guard let bound else { continue }
            writer.key(name)
            writer.number(bound)
            if isDate { writer.member(name + "_as_string", text(bound, isDate: true)) }
        }
        writer.member("doc_count", bucket.count)
    }

    /// The caller's name for the range, else "from-to" with "*" for an open end.
    private static func key(of bucket: FacetBucket, isDate: Bool) -> String {
        if case .bytes(let bytes) = bucket.key, !bytes.isEmpty {
            return String(decoding: bytes, as: UTF8.self)
        }
        let from = bucket.from.map { text($0, isDate: isDate) } ?? "*"
        let to = bucket.to.map { text($0, isDate: isDate) } ?? "*"
        return "\(from)-\(to)"
    }

    private static func text(_ bound: Double, isDate: Bool) -> String {
        guard isDate, let milliseconds = Int64(exactly: bound.rounded()) else { return "\(bound)" }
        return DateFormat.render(milliseconds: milliseconds)
    }
}
