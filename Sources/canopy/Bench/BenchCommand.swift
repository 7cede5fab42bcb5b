// `canopy bench`: one segment, one thread, no network: the search benchmark game's protocol.

import ArgumentParser
import Segments
import Storage

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time the searcher itself on one segment and one thread.",
        discussion: """
            The protocol of the search benchmark game: a corpus becomes one segment without stored \
            documents, every query is parsed, planned, searched and collected several times on \
            one thread, and the best time of each counts. `tools/bench` does all of it, with \
            other engines beside.

            EXAMPLES
              canopy bench build corpus.tsv corpus.segment
              canopy bench run corpus.segment queries.tsv
              canopy bench answers corpus.segment queries.tsv > answers.ndjson
              canopy bench build --reorder corpus.tsv reordered.segment
              canopy bench ids reordered.segment

            A line of the corpus is an id, a tab and the text; a line of the queries is a class, a \
            tab and the query in Lucene's syntax.
            """,
        subcommands: [
            BenchBuildCommand.self, BenchRunCommand.self, BenchAnswersCommand.self,
            BenchIDsCommand.self,
        ])
}

struct BenchBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Index a corpus into one segment file.")

    @Argument(help: "The corpus: id, tab, text.", completion: .file()) var corpus: String
    @Argument(help: "The segment to write.", completion: .file()) var segment: String
    @Flag(help: "Put similar documents beside each other, as index.merge.reorder does.")
    var reorder = false

    func run() throws {
        let result = try BenchBuild(corpus: corpus, reorders: reorder).write(to: segment)
        StandardStreams.writeOutput(result.line + "\n")
    }
}

struct BenchRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Time queries, as a JSON line per task and class.")

    @Argument(help: "A segment made by `bench build`.", completion: .file()) var segment: String
    @Argument(help: "The queries: class, tab, query.", completion: .file()) var queries: String
    @Option(help: "Tasks to time.")
    var tasks = "TOP_10,TOP_10_COUNT,TOP_100,COUNT"
    @Option(help: "How often each query is timed; its best time counts.") var rounds = 10
    @Option(help: "How long each task runs untimed first.")
    var warmUp = DurationArgument(seconds: 1)
    @Option(help: "Only queries of this class.") var only: String?
    @Option(help: "The corpus' name in the output.") var name = "corpus"
    @Flag(help: "A line for each query instead of one for each class.") var each = false

    func validate() throws {
        if rounds < 1 { throw ValidationError("--rounds must be at least 1") }
        _ = try BenchTask.list(tasks)
    }

    func run() throws {
        let target = try BenchTarget(segment: segment)
        var queries = try BenchQuery.read(queries)
        if let only { queries = queries.filter { $0.group == only } }
        var timing = BenchTiming(target, rounds: rounds, warmUp: warmUp.duration)
        for task in try BenchTask.list(tasks) {
            let times = try timing.time(task, queries)
            for line in each ? times.eachLine : times.classLines(engine: "canopy", corpus: name) {
                StandardStreams.writeOutput(line + "\n")
            }
        }
    }
}

struct BenchAnswersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answers",
        abstract: "The ten best ids with scores, and the count, of every query, as JSON lines.")

    @Argument(help: "A segment made by `bench build`.", completion: .file()) var segment: String
    @Argument(help: "The queries: class, tab, query.", completion: .file()) var queries: String

    func run() throws {
        let target = try BenchTarget(segment: segment)
        for query in try BenchQuery.read(queries) {
            StandardStreams.writeOutput(try target.answer(query) + "\n")
        }
    }
}

struct BenchIDsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ids", abstract: "The ids of a segment's documents, in their order.")

    @Argument(help: "A segment made by `bench build`.", completion: .file()) var segment: String

    func run() throws {
        let reader = try SegmentReader(MappedBytes(mapping: segment), name: segment)
        var lines: [UInt8] = []
        for document in 0..<UInt32(reader.documentCount) {
            lines += reader.id(document)
            lines.append(0x0A)
        }
        StandardStreams.writeOutput(lines)
    }
}
