// Writes what a search found as a run file.

import Foundation

/// Writes `topic Q0 document rank score tag` lines to a file beside the one asked for, which it
/// becomes at the end: a run file that is there is whole.
final class RunFileWriter {
    private let path: String
    private let tag: String
    private let file: FileHandle
    private var isFinished = false

    private var unfinishedPath: String { path + ".unfinished" }

    /// - Throws: `EvalError` when the file cannot be made or the tag is no single word.
    init(path: String, tag: String) throws {
        guard Self.isWord(tag) else {
            throw EvalError("the tag '\(tag.printable)' of a run must be one word (--tag)")
        }
        self.path = path
        self.tag = tag
        guard FileManager.default.createFile(atPath: path + ".unfinished", contents: nil),
            let file = FileHandle(forWritingAtPath: path + ".unfinished")
        else { throw EvalError("cannot write \(path): is there such a folder, and is it yours?") }
        self.file = file
    }

    /// Appends one topic's hits, best first.
    /// - Throws: `EvalError` for a name that holds white space, which a run file cannot carry.
    func append(_ hits: [RankedHit], for topic: Identifier) throws {
        guard Self.isWord(topic.text) else { throw Self.unwritable("topic", topic, path) }
        var text = ""
        let scores = RunScores.decreasing(hits.map(\.score))
        for (index, (hit, score)) in zip(hits, scores).enumerated() {
            guard Self.isWord(hit.document.text) else {
                throw Self.unwritable("document", hit.document, path)
            }
            text += "\(topic) Q0 \(hit.document) \(index + 1) \(score) \(tag)\n"
        }
        do {
            try file.write(contentsOf: Data(text.utf8))
        } catch {
            throw EvalError("cannot write \(path): \(error.localizedDescription)")
        }
    }

    /// Gives the file its name.
    func finish() throws {
        do {
            try file.close()
        } catch {
            throw EvalError("cannot write \(path): \(error.localizedDescription)")
        }
        guard rename(unfinishedPath, path) == 0 else {
            throw EvalError("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        isFinished = true
    }

    /// An evaluation that failed leaves nothing behind.
    deinit {
        if !isFinished { unlink(unfinishedPath) }
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 != 0x20 && !(0x09...0x0D).contains($0) }
    }

    private static func unwritable(
        _ what: String, _ name: Identifier, _ path: String
    ) -> EvalError {
        EvalError(
            "cannot write \(path): \(what) '\(name.text.printable)' is empty or holds white space, "
                + "which separates the columns of a run file; evaluate without --run")
    }
}
