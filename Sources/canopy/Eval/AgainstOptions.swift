// The options that name a second system to compare with.

import ArgumentParser

struct AgainstOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A second system to compare with: an index. What the other --against options leave out "
                + "is as for the first.", valueName: "index"))
    var against: String?

    @Option(help: "Where the second system answers.")
    var againstUrl: String?

    @Option(help: ArgumentHelp("The fields the second system searches.", valueName: "a,b^2"))
    var againstFields: String?

    @Option(help: "The second system's request.")
    var againstTemplate: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("The second system's parameters.", valueName: "name=value"))
    var againstParameters: [String] = []

    @Option(help: "A run file as the second system.", completion: .file())
    var againstRun: String?

    func validate() throws {
        if let againstUrl { try ServerOptions.check(url: againstUrl, option: "--against-url") }
        guard againstRun == nil || !asksAnother else {
            throw ValidationError("--against-run is a file; it goes with no other --against option")
        }
        guard againstTemplate == nil || againstFields == nil else {
            throw ValidationError("say either --against-fields or --against-template")
        }
    }

    private var asksAnother: Bool {
        against != nil || againstUrl != nil || againstFields != nil || againstTemplate != nil
            || !againstParameters.isEmpty
    }

    /// The second system, from what differs from the first; nil when there is none.
    func second(to first: EvalSystemArguments) throws -> EvalSystemArguments? {
        if let againstRun {
            return EvalSystemArguments(
                url: first.url, index: nil, run: againstRun, fields: [], template: nil,
                parameters: [])
        }
        guard asksAnother else { return nil }
        var second = first
        second.run = nil
        second.url = againstUrl ?? first.url
        second.index = against ?? first.index
        if let againstFields {
            second.fields = EvalCommand.list(againstFields)
            second.template = nil
            second.parameters = []
        }
        if let againstTemplate {
            second.template = againstTemplate
            second.fields = []
        }
        if !againstParameters.isEmpty {
            second.parameters = try EvalCommand.parameters(
                againstParameters, option: "--against-parameters")
        }
        guard second.index != nil else {
            throw ValidationError("say --against INDEX: --from-run names no index to ask again")
        }
        guard second != first else {
            throw ValidationError("the second system is the first one: nothing would differ")
        }
        return second
    }
}
