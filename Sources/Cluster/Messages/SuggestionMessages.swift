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
        for beginning in needs.beginnings {
            beginnings.append(try WireCompletionBeginning(beginning))
        }
    }

    func needs() throws(RemoteError) -> SuggestionNeeds {
        let limit = SuggestionNeeds.maximumTerms
        guard beginnings.count <= NamedSuggestion.maximumSuggestions,
            expansions.count <= SuggestionNeeds.maximumExpansions,
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
        for beginning in beginnings { result.beginnings.append(try beginning.beginning()) }
        return result
    }
}

extension WireCompletionBeginning {
    fileprivate init(_ beginning: CompletionBeginning) throws(RemoteError) {
        self.init()
        field = beginning.field
        form = Data(beginning.form)
        if let fuzzy = beginning.fuzzy { self.fuzzy = try WireTermPattern(.fuzzy(fuzzy)) }
        size = try MessageCoding.unsigned(beginning.size, "a number of completions")
        skipsDuplicates = beginning.skipsDuplicates
    }

    fileprivate func beginning() throws(RemoteError) -> CompletionBeginning {
        var result = CompletionBeginning(
            field: field, form: Array(form),
            size: try MessageCoding.limited(
                size, CompletionSuggester.maximumSize, "a number of completions"),
            skipsDuplicates: skipsDuplicates)
        guard hasFuzzy else { return result }
        guard case .fuzzy(let word) = try fuzzy.pattern() else {
            throw .malformed("what is to be completed is a pattern of another kind")
        }
        result.fuzzy = word
        return result
    }
}

extension WireCompletions {
    init(_ completions: [Completion]) throws(RemoteError) {
        self.init()
        terms = completions.map { Data($0.entry.term) }
        tieKeys = completions.map(\.hit.tieKey)
        for completion in completions { addresses.append(try WireAddress(completion.hit.address)) }
    }

    func completions() throws(RemoteError) -> [Completion] {
        guard terms.count == tieKeys.count, terms.count == addresses.count,
            terms.count <= CompletionSuggester.maximumSize
        else { throw .malformed("the columns of \(terms.count) completions are not of one length") }
        var result: [Completion] = []
        for place in terms.indices {
            guard let entry = CompletionEntry(term: Array(terms[place])) else {
                throw .malformed("a completion is not one")
            }
            let hit = Hit(
                score: nil, tieKey: tieKeys[place], address: try addresses[place].address())
            result.append(Completion(entry: entry, hit: hit))
        }
        return result
    }
}
