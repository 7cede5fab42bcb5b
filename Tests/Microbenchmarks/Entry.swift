// The program that `tools/microbench` and `tools/analysis` build and ask.

import Foundation

@main
enum Entry {
    private static let usage = """
        Microbenchmarks --list                  name, unit, units per run
        Microbenchmarks --measure ROUNDS        name, nanoseconds per unit (median, 10 %, 90 %),
                                                times the yardstick
        Microbenchmarks --run NAME COUNT        nothing but that many runs
        Microbenchmarks --analysis              times analyzers as the standard input asks

        """

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments == ["--analysis"] {
            var rounds = AnalysisRounds()
            return try rounds.serve()
        }
        let benchmarks = try Benchmark.all()
        switch (arguments.first, arguments.count) {
        case ("--list", 1):
            for one in benchmarks { print("\(one.name)\t\(one.unit)\t\(one.unitsPerRun)") }
        case ("--measure", 2...):
            guard let rounds = Int(arguments[2]), rounds > 0 else { return fail() }
            let names = Set(arguments.dropFirst(2))
            let stopwatch = Stopwatch()
            for one in benchmarks where names.isEmpty || names.contains(one.name) {
                let found = try stopwatch.measure(one, rounds: rounds)
                let numbers = [found.median, found.low, found.high, found.ratio]
                print(([one.name] + numbers.map { "\($0)" }).joined(separator: "\t"))
                fflush(nil)
            }
            // Never true, and the compiler cannot know it.
            if stopwatch.kept == .min { print("") }
        case ("--run", 3):
            guard let count = Int(arguments[3]),
                let one = benchmarks.first(where: { $0.name == arguments[2] })
            else { return fail() }
            // Once for what is made when it is first needed.
            if try one.run() &+ measuredRuns(count, one.run) == .min { print("") }
        default: fail()
        }
    }

    private static func fail() {
        FileHandle.standardError.write(Data(usage.utf8))
        exit(2)
    }
}
