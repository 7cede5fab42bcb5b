// What `tools/analysis` asks, round by round, so that two engines can take turns.

import Analysis
import Foundation

/// Answers lines `analyzer<TAB>file<TAB>passes` of the standard input with
/// `nanoseconds<TAB>tokens of one pass`. A line of the file is a text.
struct AnalysisRounds {
    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private var analyzers: [String: Analyzer] = [:]
    private var files: [String: [[UInt8]]] = [:]
    private var batch = TokenBatch()

    mutating func serve() throws {
        while let line = readLine() {
            let parts = line.split(separator: "\t").map(String.init)
            guard parts.count == 3, let passes = Int(parts[2]), passes > 0 else {
                throw Failure(description: "no round: \(line)")
            }
            let analyzer = try analyzer(parts[0])
            let texts = try texts(parts[1])
            print(round(analyzer, texts, passes))
            fflush(nil)
        }
    }

    private mutating func analyzer(_ name: String) throws -> Analyzer {
        if let known = analyzers[name] { return known }
        guard let made = AnalyzerRegistry.builtIn.makeAnalyzer(named: name) else {
            throw Failure(description: "there is no analyzer \(name)")
        }
        analyzers[name] = made
        return made
    }

    private mutating func texts(_ path: String) throws -> [[UInt8]] {
        if let known = files[path] { return known }
        let content = try Data(contentsOf: URL(fileURLWithPath: path))
        let read = content.split(separator: UInt8(ascii: "\n")).map { [UInt8]($0) }
        files[path] = read
        return read
    }

    /// The smaller of wall and thread time: what others on the machine take is not charged.
    private mutating func round(_ analyzer: Analyzer, _ texts: [[UInt8]], _ passes: Int) -> String {
        var tokens = 0
        let processor = Self.now(CLOCK_THREAD_CPUTIME_ID)
        let wall = Self.now(CLOCK_MONOTONIC)
        for _ in 0..<passes {
            for text in texts {
                text.withUnsafeBufferPointer { analyzer.analyze($0, into: &batch) }
                tokens += batch.count
            }
        }
        let taken = min(
            Self.now(CLOCK_MONOTONIC) - wall, Self.now(CLOCK_THREAD_CPUTIME_ID) - processor)
        return "\(taken)\t\(tokens / passes)"
    }

    private static func now(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
