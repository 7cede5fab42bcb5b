// `canopy import`: brings documents from files, folders and package lists into an index.

import ArgumentParser
import Foundation

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring documents from a file, a folder or a package list into an index.",
        discussion: """
            Reads a source as a stream and sends it in bulk requests, several at a time. The index \
            is created with a mapping that fits when it does not exist. Files ending in .zst, .gz, \
            .lz4, .xz or .bz2 are decompressed on the way (by zstd, gzip, lz4, xz, bzip2).

            FORMATS
              ndjson           a JSON document per line; '_id' or 'id' is the document's id
              csv, tsv         a header row, then a document per row; types are told from a sample
              folder           a document per .txt, .md or .html file, its path the id: title, body,
                               path, format, bytes, modified, and the front matter of Markdown
              debian-packages  apt's package lists; the source 'apt' is this machine's own

            EXAMPLES
              canopy import wiki.ndjson.zst --index wiki
              canopy import cities.csv --index cities --id-field geonameid
              canopy import ~/notes --index notes
              canopy import apt --index packages --shards 4
              pg_dump_as_json | canopy import - --format ndjson --index users

            A document without an id gets one made of its source's name and line, so that \
            importing the same source again replaces documents and never doubles them. A line that \
            is no document, or that the server refuses, is reported with its place and reason, and \
            the rest goes in; the exit status then says 1.

            When an import is interrupted, the same command goes on from the last acknowledged \
            document: a checkpoint lies under ~/.local/state/canopy/import or where --checkpoint \
            says. --restart begins anew. A busy server (429, 503) is waited for.
            """)

    @Argument(help: "A file, a folder, 'apt', or '-' for standard input.")
    var source: String

    @Option(name: .shortAndLong, help: "The index that receives the documents.")
    var index: String

    @OptionGroup var server: ServerOptions

    @Option(help: "What the source is; guessed from its name when left out.")
    var format: SourceFormat?

    @Option(help: "The field (column, package field) whose value is the document's id.")
    var idField: String?

    @Option(
        help: ArgumentHelp(
            "The columns' names, for CSV or TSV without a header row.", valueName: "a,b,c"))
    var columns: String?

    @Option(help: "Shards of a new index.")
    var shards = 8

    @Option(help: "A JSON file with the mapping of a new index.", completion: .file())
    var mapping: String?

    @Option(help: "Bytes of one bulk request.")
    var batchBytes = 2_000_000

    @Option(help: "Documents of one bulk request at most.")
    var batchDocuments = 2_000

    @Option(name: .shortAndLong, help: "Bulk requests in flight.")
    var concurrency = 4

    @Flag(help: "Go on from a checkpoint; it is an error if there is none.")
    var resume = false

    @Flag(help: "Begin at the start even if there is a checkpoint.")
    var restart = false

    @Option(help: "Where to remember how far the import came.", completion: .file())
    var checkpoint: String?

    @Option(help: "Stop after more refused documents than this.")
    var maxErrors = Int64.max

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        if resume && restart { throw ValidationError("--resume and --restart exclude each other") }
        if shards < 1 { throw ValidationError("--shards must be at least 1") }
        if !(1...256).contains(concurrency) {
            throw ValidationError("--concurrency must be between 1 and 256")
        }
        if batchBytes < 1 || batchDocuments < 1 {
            throw ValidationError("a batch must hold at least one byte and one document")
        }
        if maxErrors < 0 { throw ValidationError("--max-errors must not be negative") }
    }

    func run() async throws {
        let style = TerminalStyle.detect(descriptor: 1)
        let display = ImportDisplay(isQuiet: json && !StandardStreams.errorIsTerminal)
        let (plan, reader) = try prepare(display)
        var run = ImportRun(
            plan: plan, reader: reader, connection: ServerConnection(server),
            report: { display.message($0) })
        let (progress, clock) = (run.progress, run.clock)
        let ticker = Task { await display.follow(progress, clock) }
        let result: Result<ImportSummary, any Error>
        do { result = .success(try await run.run()) } catch { result = .failure(error) }
        ticker.cancel()
        await ticker.value
        let summary = try result.get()
        if json {
            StandardStreams.writeOutput(summary.json())
        } else {
            StandardStreams.writeOutput(summary.text(style))
        }
        if !summary.isComplete || summary.refused > 0 { throw ExitCode.failure }
    }

    private func prepare(
        _ display: ImportDisplay
    ) throws -> (plan: ImportPlan, reader: SharedBatchReader) {
        let format = try format ?? SourceFormat.detect(path: source)
        let fingerprint = SourceFingerprint.of(source)
        let file = checkpointFile(fingerprint)
        let found = try restart ? nil : file?.read()
        if resume && found == nil {
            throw ValidationError(
                "--resume: there is no checkpoint at \(file?.path ?? "any place")")
        }
        if let found,
            let mismatch = found.mismatch(source: fingerprint, index: index, url: server.url)
        {
            throw ImportError(
                "the checkpoint \(file?.path ?? "") does not fit: \(mismatch). "
                    + "--restart begins anew")
        }
        let (reader, mappings) = try SourceOpening(
            path: source, format: format, idField: idField,
            columns: columns?.split(separator: ",").map(\.trimmed)
        ).open()
        let limits = BatchLimits(byteCount: batchBytes, documentCount: batchDocuments)
        let plan = ImportPlan(
            source: source, index: index, url: server.url,
            preparation: IndexPreparation(
                shardCount: shards,
                mappings: try mapping.map(IndexPreparation.mappings(file:)) ?? mappings),
            batchLimits: limits, concurrency: concurrency, errorLimit: maxErrors,
            fingerprint: fingerprint, checkpointFile: file, resumeFrom: found)
        return (plan, SharedBatchReader(BatchReader(reader, limits: limits)))
    }

    /// Standard input cannot be opened again, so only an explicit checkpoint makes sense for it.
    private func checkpointFile(_ fingerprint: SourceFingerprint) -> CheckpointFile? {
        if let checkpoint { return CheckpointFile(path: checkpoint) }
        if source == "-" { return nil }
        return CheckpointFile(source: fingerprint, index: index, url: server.url)
    }
}
