// From the command line to a plan.

import ArgumentParser

extension EvalCommand {
    /// Hits per topic that a search is asked for unless `--depth` says otherwise.
    static let standardDepth = 1000

    /// Reads the files and settles what is to be done.
    func plan(limits: [MeasureLimit]) throws -> EvalPlan {
        let judgements = try JudgementFile.read(qrels)
        let topicList = try topics.map { try TopicFile.read($0, part: topicPart) }
        let (first, other) = try systemArguments()
        let systems = try [first, other].compactMap { arguments in
            try arguments?.system(
                connection: ServerConnection(server, url: arguments?.url),
                depth: depth ?? Self.standardDepth)
        }
        let selection = try TopicSelection(
            topics: topicList, judgements: judgements, topicFile: topics ?? qrels,
            judgementFile: qrels)
        return EvalPlan(
            systems: systems, selection: selection, judgements: judgements,
            measures: try chosenMeasures(limits: limits), depth: try knownDepth,
            concurrency: concurrency, runPath: runPath, tag: tag)
    }

    /// The one or two systems.
    func systemArguments() throws -> (first: EvalSystemArguments, second: EvalSystemArguments?) {
        let first = EvalSystemArguments(
            url: server.url, index: index, run: fromRun, fields: fields.map(Self.list) ?? [],
            template: template,
            parameters: try Self.parameters(parameters, option: "--parameters"))
        return (first, try second.second(to: first))
    }

    func limits() throws -> [MeasureLimit] {
        try failBelow.map { text in
            guard let limit = MeasureLimit(text) else {
                throw ValidationError(
                    "--fail-below '\(text)' is not of the form ndcg@10=0.45, from 0 to 1")
            }
            return limit
        }
    }

    /// The measures to print, those with a limit among them.
    func chosenMeasures(limits: [MeasureLimit]) throws -> [Measure] {
        let depth = try knownDepth
        var chosen = Measure.standard.filter { $0.cutoff ?? 1 <= depth ?? .max }
        if let measures {
            guard let list = Measure.list(measures) else {
                throw ValidationError(
                    "--measures '\(measures)' is not a list of measures such as map,ndcg@10,rr@10,"
                        + "p@5,r@100,judged@10")
            }
            chosen = list
        }
        for limit in limits where !chosen.contains(limit.measure) { chosen.append(limit.measure) }
        if let depth, let deep = chosen.first(where: { $0.cutoff ?? 1 > depth }) {
            throw ValidationError(
                "\(deep.name) looks at more hits than the \(depth) of a topic; "
                    + "--depth \(deep.cutoff ?? 0) takes enough")
        }
        return chosen
    }

    /// Hits that count per topic; nil when all of a run file do.
    private var knownDepth: Int? {
        get throws {
            let (first, other) = try systemArguments()
            let asks = first.run == nil || other.map { $0.run == nil } ?? false
            return depth ?? (asks ? Self.standardDepth : nil)
        }
    }

    /// The names between commas.
    static func list(_ text: String) -> [String] {
        text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    }

    static func parameters(_ texts: [String], option: String) throws -> [RunParameter] {
        try texts.map { text in
            guard let parameter = RunParameter(text) else {
                throw ValidationError(
                    "\(option) '\(text)' is not of the form name=value, with a name other than "
                        + "'\(TopicTemplate.queryName)'")
            }
            return parameter
        }
    }
}
