// The program that `tools/simulate` builds: runs seeds, counts, and says which one failed.

import Foundation

@main
enum Entry {
    private static let usage = """
        Simulation --run FIRST COUNT SECONDS [MUTANT] [blind]   a line a second, then what happened
        Simulation --repeat SEED [MUTANT]                       every event of one history
        Simulation --mutants                                    their names

        """

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("--mutants", 1):
            for mutant in Mutant.allCases { print(mutant.rawValue) }
        case ("--repeat", 2...):
            guard let seed = UInt64(arguments[1]) else { return fail() }
            let mutant = arguments.dropFirst(2).first.flatMap { Mutant(rawValue: $0) }
            let outcome = try Simulation.run(seed: seed, mutant: mutant, isVerbose: true)
            for line in outcome.lines { print(line) }
            print(outcome.violation ?? "all promises were kept")
        case ("--run", 4...):
            guard let first = UInt64(arguments[1]), let count = UInt64(arguments[2]),
                let seconds = Double(arguments[3])
            else { return fail() }
            let mutant = arguments.dropFirst(4).first.flatMap { Mutant(rawValue: $0) }
            var campaign = Campaign(mutant: mutant, isStrict: !arguments.contains("blind"))
            try campaign.run(first: first, count: count, seconds: seconds)
        default: fail()
        }
    }

    private static func fail() {
        FileHandle.standardError.write(Data(usage.utf8))
        exit(2)
    }
}

/// Many seeds, one after the other.
struct Campaign {
    let mutant: Mutant?
    let isStrict: Bool
    private var tally = Tally()
    private var histories: UInt64 = 0
    private var simulated = Duration.zero

    /// One in so many is run twice.
    private static let repetition: UInt64 = 100

    init(mutant: Mutant?, isStrict: Bool) {
        self.mutant = mutant
        self.isStrict = isStrict
    }

    /// Prints tab-separated words for `tools/simulate`.
    mutating func run(first: UInt64, count: UInt64, seconds: Double) throws {
        let started = ProcessInfo.processInfo.systemUptime
        var said = started
        for seed in first..<first + count {
            let outcome = try Simulation.run(seed: seed, mutant: mutant, isStrict: isStrict)
            add(outcome)
            if let violation = outcome.violation {
                print("violation\t\(seed)\t\(violation)")
                fflush(nil)
            } else if mutant == nil, seed % Self.repetition == 0 {
                let again = try Simulation.run(seed: seed)
                if again.digest != outcome.digest { print("unequal\t\(seed)") }
            }
            let now = ProcessInfo.processInfo.systemUptime
            if now - said >= 1 {
                print("progress\t\(histories)\t\(seed)\t\(now - started)")
                fflush(nil)
                said = now
            }
            if now - started >= seconds { break }
        }
        let took = ProcessInfo.processInfo.systemUptime - started
        print("histories\t\(histories)\t\(took)\t\(simulated.components.seconds)")
        for (name, count) in tally.lines { print("count\t\(name)\t\(count)") }
    }

    private mutating func add(_ outcome: Simulation.Outcome) {
        tally += outcome.tally
        histories += 1
        simulated += outcome.duration
    }
}
