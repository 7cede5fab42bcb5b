// Analyzers to borrow: they must not be shared between threads and are not cheap to make.

import Synchronization

public final class AnalyzerPool: Sendable {
    /// Idle analyzers kept per name.
    static let idleLimit = 16

    public static let shared = AnalyzerPool(.builtIn)

    /// Only ever in one thread's hands: in the pool or with its borrower.
    private struct Idle: @unchecked Sendable {
        let analyzer: Analyzer
    }

    public let registry: AnalyzerRegistry
    private let idle = Mutex<[String: [Idle]]>([:])

    public init(_ registry: AnalyzerRegistry) { self.registry = registry }

    /// Lends an analyzer for the time of `body`; nil when there is none of that name.
    public func with<Result>(_ name: String, _ body: (Analyzer) throws -> Result) rethrows
        -> Result?
    {
        let taken = idle.withLock { $0[name]?.popLast() }
        guard let analyzer = taken?.analyzer ?? registry.makeAnalyzer(named: name) else {
            return nil
        }
        defer {
            let back = Idle(analyzer: analyzer)
            idle.withLock { idle in
                if idle[name, default: []].count < Self.idleLimit {
                    idle[name, default: []].append(back)
                }
            }
        }
        return try body(analyzer)
    }
}
