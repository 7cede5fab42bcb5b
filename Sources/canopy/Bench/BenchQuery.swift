// The queries of a benchmark and what is asked of each.

import Analysis
import Foundation
import Queries

/// A query and the class it is reported under (term, intersection, union, phrase, …).
struct BenchQuery {
    let group: String
    let text: String

    /// - Parameter path: A file, or a pipe, which is read to its end.
    /// - Throws: `BenchError` with the line.
    static func read(_ path: String) throws -> [BenchQuery] {
        let data: Data
        do {
            data = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)).readToEnd() ?? Data()
        } catch {
            throw BenchError("cannot read the queries \(path): \(error.localizedDescription)")
        }
        var queries: [BenchQuery] = []
        for (number, line) in data.split(separator: 0x0A).enumerated() {
            let parts = line.split(separator: 0x09, maxSplits: 1)
            guard parts.count == 2 else {
                throw BenchError("\(path):\(number + 1): there is no tab after the class")
            }
            queries.append(
                BenchQuery(
                    group: String(decoding: parts[0], as: UTF8.self),
                    text: String(decoding: parts[1], as: UTF8.self)))
        }
        if queries.isEmpty { throw BenchError("\(path) holds no query") }
        return queries
    }
}

/// What is asked of every query, under the names of the search benchmark game.
enum BenchTask: String, CaseIterable {
    case best10 = "TOP_10"
    case best10AndCount = "TOP_10_COUNT"
    case best100 = "TOP_100"
    case count = "COUNT"

    /// - Throws: `BenchError` for an unknown name.
    static func list(_ names: String) throws -> [BenchTask] {
        try names.split(separator: ",").map { name in
            guard let task = BenchTask(rawValue: String(name)) else {
                let known = allCases.map(\.rawValue).joined(separator: ", ")
                throw BenchError("there is no task \(name): use \(known)")
            }
            return task
        }
    }

    var size: Int {
        switch self {
        case .best10, .best10AndCount: 10
        case .best100: 100
        case .count: 0
        }
    }

    var tracking: TotalHitsTracking {
        switch self {
        case .best10, .best100: .none
        case .best10AndCount, .count: .exactly
        }
    }
}
