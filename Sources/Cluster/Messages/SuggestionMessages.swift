// What suggestions are made from, as messages: in an order of their bytes, so that equal needs are
// equal bytes.

import Analysis
import Queries

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireSuggestionNeeds {
    init(_ needs: SuggestionNeeds) throws(RemoteError) {
        self.init()
        var encoded: [(bytes: [UInt8], wire: WireTermExpansion)] = []
        for expansion in needs.expansions {
            let wire = try WireTermExpansion(expansion)
            encoded.append((try MessageCoding.encode(wire), wire))
        }
        expansions = encoded.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map(\.wire)
        let byField = Dictionary(grouping: needs.terms, by: \.field)
        terms = byField.sorted { $0.key < $1.key }.map { field, keys in
            WireFieldTerms.with {
                $0.field = field
                $0.terms = keys.map(\.term).sorted().map { Data($0.bytes) }
            }
        }
        fields = needs.fields.sorted()
    }

    func needs() throws(RemoteError) -> SuggestionNeeds {
        let limit = SuggestionNeeds.maximumTerms
        guard expansions.count <= SuggestionNeeds.maximumExpansions,
            terms.reduce(0, { $0 + $1.terms.count }) <= limit
        else {
            throw .malformed("suggestions are made from more words than are allowed")
        }
        var result = SuggestionNeeds()
        for expansion in expansions { result.expansions.insert(try expansion.expansion()) }
        for field in terms {
            for term in field.terms {
                result.terms.insert(TermKey(field: field.field, term: Term(Array(term))))
            }
        }
        result.fields = Set(fields)
        return result
    }
}
