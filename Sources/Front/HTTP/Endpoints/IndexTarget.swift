// The index expressions of a path, and how they are to be read.

import Cluster
import Queries

enum IndexTarget {
    /// None means all.
    static func names(_ target: String?) -> [String] {
        target?.split(separator: ",").map(String.init) ?? []
    }

    /// Takes `ignore_unavailable`, `allow_no_indices` and `expand_wildcards`.
    static func options(
        _ parameters: inout RequestParameters
    ) throws(RequestError) -> IndexOptions {
        var options = IndexOptions.standard
        if let flag = try parameters.flag("ignore_unavailable") { options.ignoreUnavailable = flag }
        if let flag = try parameters.flag("allow_no_indices") { options.allowNoIndices = flag }
        try checkWildcards(&parameters)
        return options
    }

    /// Every index here is open and none is hidden, so a pattern can only mean the open ones.
    private static func checkWildcards(
        _ parameters: inout RequestParameters
    ) throws(RequestError) {
        guard let text = parameters.take("expand_wildcards") else { return }
        let words = text.split(separator: ",").map(String.init)
        for word in words where !["open", "closed", "hidden", "all"].contains(word) {
            throw .illegalArgument(
                "[expand_wildcards] cannot be [\(word)]; known are open, closed, hidden, all")
        }
        guard words.contains("open") || words.contains("all") else {
            throw .illegalArgument(
                "[expand_wildcards=\(text)] leaves out the open indices, and there are no others")
        }
    }
}
