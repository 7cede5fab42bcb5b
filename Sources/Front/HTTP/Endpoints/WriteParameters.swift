// Parameters that writes share.

import Analysis
import Cluster
import Queries

enum WriteParameters {
    static func refresh(
        _ parameters: inout RequestParameters
    ) throws(RequestError) -> RefreshPolicy {
        switch parameters.take("refresh") {
        case nil, "false": return .none
        case "", "true": return .immediate
        case "wait_for": return .wait
        case let other?:
            throw .illegalArgument(
                "[refresh] must be true, false or wait_for, got [\(other)]")
        }
    }

    /// `version`, `version_type`, `if_seq_no` and `if_primary_term`.
    static func conditions(
        _ parameters: inout RequestParameters, _ action: DocumentAction
    ) throws(RequestError) -> WriteConditions {
        var conditions = WriteConditions()
        conditions.version = try parameters.integer("version")
        conditions.versionType = parameters.take("version_type")
        conditions.sequenceNumber = try parameters.integer("if_seq_no")
        conditions.primaryTerm = try parameters.integer("if_primary_term")
        if let problem = conditions.problem(for: action) { throw .illegalArgument(problem) }
        return conditions
    }

    /// `_source`, `_source_includes` and `_source_excludes`.
    static func source(_ parameters: inout RequestParameters) -> SourceFilter {
        func paths(_ text: String?) -> [String] {
            text?.split(separator: ",").map(String.init) ?? []
        }
        var includes = paths(parameters.take("_source_includes"))
        let excludes = paths(parameters.take("_source_excludes"))
        switch parameters.take("_source") {
        case "false": return .none
        case nil, "", "true": break
        case let patterns?: includes = paths(patterns) + includes
        }
        if includes.isEmpty && excludes.isEmpty { return .all }
        return .paths(includes: includes, excludes: excludes)
    }
}
