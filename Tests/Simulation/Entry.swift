// The program that `tools/simulate` builds: runs seeds, counts, and says which one failed.

import Foundation

@main
enum Entry {
    private static let usage = """
        Simulation --run KIND FIRST COUNT SECONDS [MUTANT] [blind]   a line a second, then totals
        Simulation --repeat KIND SEED [MUTANT]                       every event of one history
        Simulation --mutants KIND                                    their names

        KIND is shards or clusters.

        """

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2, let kind = Kind(rawValue: arguments[1]) else { return fail() }
        switch (arguments[0], arguments.count) {
        case ("--mutants", 2):
            for mutant in kind.mutants { print(mutant) }
        case ("--repeat", 3...):
            guard let seed = UInt64(arguments[2]) else { return fail() }
            let mutant = arguments.dropFirst(3).first
            let outcome = try kind.run(seed, mutant: mutant, isVerbose: true)
            for line in outcome.lines { print(line) }
            print(outcome.violation ?? "all promises were kept")
        case ("--run", 5...):
            guard let first = UInt64(arguments[2]), let count = UInt64(arguments[3]),
                let seconds = Double(arguments[4])
            else { return fail() }
            let mutant = arguments.dropFirst(5).first { kind.mutants.contains($0) }
            var campaign = Campaign(
                kind: kind, mutant: mutant, isStrict: !arguments.contains("blind"))
            try campaign.run(first: first, count: count, seconds: seconds)
        default: fail()
        }
    }

    private static func fail() {
        FileHandle.standardError.write(Data(usage.utf8))
        exit(2)
    }
}

/// The kinds of histories.
enum Kind: String {
    case shards, clusters

    var mutants: [String] {
        switch self {
        case .shards: Mutant.allCases.map(\.rawValue)
        case .clusters: ClusterMutant.allCases.map(\.rawValue)
        }
    }

    func run(
        _ seed: UInt64, mutant: String?, isStrict: Bool = true, isVerbose: Bool = false
    ) throws -> Simulation.Outcome {
        switch self {
        case .shards:
            try Simulation.run(
                seed: seed, mutant: mutant.flatMap(Mutant.init(rawValue:)), isStrict: isStrict,
                isVerbose: isVerbose)
        case .clusters:
            ClusterSimulation.run(
                seed: seed, mutant: mutant.flatMap(ClusterMutant.init(rawValue:)),
                isVerbose: isVerbose)
        }
    }
}

/// Many seeds, one after the other.
struct Campaign {
    let kind: Kind
    let mutant: String?
    let isStrict: Bool
    private var tally = Tally()
    private var histories: UInt64 = 0
    private var simulated = Duration.zero

    /// One in so many is run twice.
    private static let repetition: UInt64 = 100

    init(kind: Kind, mutant: String?, isStrict: Bool) {
        self.kind = kind
        self.mutant = mutant
        self.isStrict = isStrict
    }

    /// Prints tab-separated words for `tools/simulate`.
    mutating func run(first: UInt64, count: UInt64, seconds: Double) throws {
        let started = ProcessInfo.processInfo.systemUptime
        var said = started
        for seed in first..<first + count {
            let outcome = try kind.run(seed, mutant: mutant, isStrict: isStrict)
            add(outcome)
            if let violation = outcome.violation {
                print("violation\t\(seed)\t\(violation)")
                fflush(nil)
            } else if mutant == nil, seed % Self.repetition == 0 {
                let again = try kind.run(seed, mutant: nil)
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
