// `canopy eval`: how good the rankings are, by topics and judgements.

import ArgumentParser

struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Measure how good the rankings are, by topics and judgements.",
        discussion: """
            Asks every topic of a test collection, takes its best hits and compares them with \
            what people judged to be relevant: means of MAP, nDCG, reciprocal rank, precision \
            and recall, by trec_eval's definitions, over all topics that have judgements. With a \
            second system, the differences and whether they may be chance.

            FILES (plain, .gz, .zst, .xz, .bz2)
              topics   id<TAB>query, where a first line may name the columns;
                       or JSON lines {"id": …, "text": …};
                       or TREC's <top> <num> <title> <desc> <narr> </top>
              qrels    topic 0 document grade;
                       or BEIR's topic<TAB>document<TAB>grade
              runs     topic Q0 document rank score tag

            EXAMPLES
              canopy eval --index wiki --topics t.tsv --qrels q.txt --fields title,body
              canopy eval --index wiki --topics t.tsv --qrels q.txt --against wiki-stemmed
              canopy eval --index wiki --topics t.tsv --qrels q.txt --per-topic
              canopy eval --index wiki --topics t.tsv --qrels q.txt --run wiki.run
              canopy eval --index wiki --topics t.tsv --qrels q.txt \\
                --fail-below ndcg@10=0.45
              canopy eval --from-run wiki.run --against-run other.run --qrels q.txt
              canopy eval --index wiki --topics t.tsv --qrels q.txt \\
                --template body.json --parameters boost=2 --against-parameters boost=4

            A template is a search request in which {{query}} stands for the topic's text and \
            {{boost}} for a parameter:

              {"query": {"multi_match": {"query": "{{query}}",
                                         "fields": ["title^{{boost}}", "body"]}}}

            READING THE RESULT
              map      precision where each relevant document was found, averaged
              ndcg@k   grades, discounted by rank, as part of the best possible
              rr@k     one over the rank of the first relevant document
              p@k, r@k precision and recall of the first k
              judged@k how many of the first k anybody judged

            A grade above 0 is relevant; a document nobody judged is not. A topic without hits \
            counts as 0, one without judgements not at all. p is the probability of a difference \
            as large as this by chance, by Student's t test and by permutations of the signs: of \
            eight measures, one below 0.05 is no surprise.

            A run file orders hits as the search did: scores that would tie are lowered by the \
            least that tells them apart. The exit status is 1 if something failed or a measure \
            is below --fail-below. --json prints {"topics", "depth", "without_judgements", \
            "without_topic", "without_relevant", "systems": [{"name", "measures": {"map", …}, \
            "without_hits"}], "comparison": {"measures": {"map": {"difference", …}}}, "below", \
            "per_topic"}.
            """)

    @Option(name: .shortAndLong, help: "The index to evaluate.")
    var index: String?

    @Option(help: "A run file to evaluate instead; no server is asked.", completion: .file())
    var fromRun: String?

    @Option(help: "The file of topics; a run file does without.", completion: .file())
    var topics: String?

    @Option(help: "The file of judgements.", completion: .file())
    var qrels: String

    @OptionGroup var server: ServerOptions

    @Option(
        help: ArgumentHelp(
            "The fields to search for any of a topic's words; all when left out.",
            valueName: "a,b^2"))
    var fields: String?

    @Option(help: "A request with {{query}} in it, or the path of a file that holds one.")
    var template: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Values for a template's other placeholders.", valueName: "name=value"))
    var parameters: [String] = []

    @OptionGroup var second: AgainstOptions

    @Option(help: "Which part of TREC's topics is the query.")
    var topicPart = TopicPart.title

    @Option(help: "Hits that count per topic: 1000 of a search, all of a run file.")
    var depth: Int?

    @Option(
        help: ArgumentHelp(
            "The measures: map,ndcg@10,rr@10,p@5,p@10,r@100,r@1000,judged@10 when left out.",
            valueName: "list"))
    var measures: String?

    @Flag(help: "Show every topic, too.")
    var perTopic = false

    @Option(
        name: .customLong("run"), help: "Write the hits of --index as a run file.",
        completion: .file())
    var runPath: String?

    @Option(help: "The last column of that file: the run's name.")
    var tag = "canopy"

    @Option(
        help: ArgumentHelp(
            "Exit with status 1 if a mean is below this. May be repeated.",
            valueName: "ndcg@10=0.45"))
    var failBelow: [String] = []

    @Option(name: .shortAndLong, help: "Searches in flight.")
    var concurrency = 4

    @Option(help: "Permutations of the randomisation test.")
    var permutations = 10_000

    @Option(help: "Seed of the randomisation test.")
    var seed: UInt64 = 1

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard (index == nil) != (fromRun == nil) else {
            throw ValidationError("say either --index or --from-run")
        }
        guard
            fromRun == nil
                || (fields == nil && template == nil && parameters.isEmpty && runPath == nil)
        else {
            throw ValidationError(
                "--from-run asks nothing: --fields, --template, --parameters and --run are for "
                    + "--index")
        }
        guard fields == nil || template == nil else {
            throw ValidationError("say either --fields or --template")
        }
        let (first, other) = try systemArguments()
        let asked = [first, other].compactMap { $0 }.filter { $0.run == nil }
        guard topics != nil || asked.isEmpty else {
            throw ValidationError("say --topics: what is the index to be asked?")
        }
        if let loose = asked.first(where: { $0.template == nil && !$0.parameters.isEmpty }) {
            throw ValidationError(
                "the parameter '\(loose.parameters[0])' needs a --template to stand in")
        }
        guard (1...10_000).contains(depth ?? 1) else {
            throw ValidationError("--depth must be between 1 and 10000")
        }
        guard (1...64).contains(concurrency) else {
            throw ValidationError("--concurrency must be between 1 and 64")
        }
        guard (100...1_000_000).contains(permutations) else {
            throw ValidationError("--permutations must be between 100 and 1000000")
        }
        _ = try chosenMeasures(limits: try limits())
    }

    func run() async throws {
        let clock = SteadyClock()
        let progress = EvalProgress()
        progress.begin("reading", topics: 0, now: clock.now)
        let display = Task { await EvalDisplay.follow(progress, clock) }
        let outcome: Result<EvalResult, any Error>
        do {
            outcome = .success(try await evaluate(progress, clock))
        } catch {
            outcome = .failure(error)
        }
        display.cancel()
        await display.value
        let result = try outcome.get()
        if json {
            StandardStreams.writeOutput(EvalReportJSON.encoded(result, showsTopics: perTopic))
        } else {
            let style = TerminalStyle.detect(descriptor: 1)
            let report = EvalReportText(style: style, showsTopics: perTopic)
            StandardStreams.writeOutput(report.text(result))
        }
        guard result.shortfalls.isEmpty else {
            StandardStreams.writeError(EvalReportText.shortfalls(result))
            throw ExitCode.failure
        }
    }

    private func evaluate(
        _ progress: EvalProgress, _ clock: SteadyClock
    ) async throws -> EvalResult {
        let limits = try limits()
        let plan = try plan(limits: limits)
        let writer = try plan.runPath.map { try RunFileWriter(path: $0, tag: plan.tag) }
        var evaluations: [Evaluation] = []
        for (number, system) in plan.systems.enumerated() {
            evaluations.append(
                try await plan.evaluate(
                    system, writer: number == 0 ? writer : nil, progress: progress, clock: clock))
        }
        try writer?.finish()
        progress.begin("comparing", topics: 0, now: clock.now)
        return EvalResult(
            plan: plan, evaluations: evaluations, permutations: permutations, seed: seed,
            limits: limits)
    }
}
