// Times every query several times and keeps its best.

import Analysis

/// The times of one task, in nanoseconds.
struct BenchTimes {
    let task: BenchTask
    let queries: [BenchQuery]
    /// Per query, ascending.
    var samples: [[Int64]]

    /// Per query: task, class, microseconds, query.
    var eachLine: [String] {
        zip(queries, samples).map { query, samples in
            "\(task.rawValue)\t\(query.group)\t\(Double(samples[0]) / 1_000)\t\(query.text)"
        }
    }

    func classLines(engine: String, corpus: String) -> [String] {
        var groups: [String] = []
        for query in queries where !groups.contains(query.group) { groups.append(query.group) }
        return groups.map { group in
            let members = queries.indices.filter { queries[$0].group == group }
            let best = members.map { Double(samples[$0][0]) / 1_000 }.sorted()
            let medians = members.map { Double(samples[$0][samples[$0].count / 2]) / 1_000 }
            let sum = best.reduce(0, +)
            let facts: JSONValue = [
                "engine": .string(engine), "corpus": .string(corpus), "class": .string(group),
                "command": .string(task.rawValue), "n": .integer(Int64(best.count)),
                "sum_us": .number(sum.rounded()),
                "mean_us": .number((sum / Double(best.count) * 10).rounded() / 10),
                "p50_us": .number(best[best.count / 2]),
                "p90_us": .number(best[best.count * 9 / 10]),
                "p99_us": .number(best[best.count * 99 / 100]),
                "sum_of_medians_us": .number(medians.reduce(0, +).rounded()),
            ]
            return facts.description
        }
    }
}

struct BenchTiming {
    private let target: BenchTarget
    private let rounds: Int
    private let warmUp: Duration
    private let clock = SteadyClock()
    /// Keeps the answers from being optimised away.
    private(set) var hitsSeen = 0

    init(_ target: BenchTarget, rounds: Int, warmUp: Duration) {
        self.target = target
        self.rounds = rounds
        self.warmUp = warmUp
    }

    mutating func time(_ task: BenchTask, _ queries: [BenchQuery]) throws -> BenchTimes {
        let end = clock.now + warmUp
        repeat {
            for query in queries { hitsSeen += try target.ask(query.text, task).hits.count }
        } while clock.now < end
        var samples = [[Int64]](repeating: [], count: queries.count)
        for _ in 0..<rounds {
            for (index, query) in queries.enumerated() {
                let took = try BenchClock.time {
                    hitsSeen += try target.ask(query.text, task).hits.count
                }
                samples[index].append(took)
            }
        }
        return BenchTimes(task: task, queries: queries, samples: samples.map { $0.sorted() })
    }
}
