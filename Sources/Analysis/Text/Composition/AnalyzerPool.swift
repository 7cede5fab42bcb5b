// Analyzers to borrow: they must not be shared between threads and are not cheap to make.

import Synchronization

/// Lends the analyzers of a registry. Copies share what is idle.
public struct AnalyzerPool: Sendable {
    /// Idle analyzers kept per name.
    static let idleLimit = 16

    public static let shared = AnalyzerRegistry.builtIn.pool

    public let registry: AnalyzerRegistry
    private let idle: IdleAnalyzers

    init(_ registry: AnalyzerRegistry, idle: IdleAnalyzers) {
        self.registry = registry
        self.idle = idle
    }

    public init(_ registry: AnalyzerRegistry) { self = registry.pool }

    /// Lends an analyzer for the time of `body`; nil when there is none of that name.
    public func with<Result>(_ name: String, _ body: (Analyzer) throws -> Result) rethrows
        -> Result?
    {
        guard let analyzer = idle.take(name) ?? registry.makeAnalyzer(named: name) else {
            return nil
        }
        defer { idle.put(analyzer, under: name) }
        return try body(analyzer)
    }

}

extension AnalyzerRegistry {
    /// A keyword as a normalizer writes it: as it is when there is none of that name. What a
    /// normalizer removes leaves the empty string.
    public func normalize(_ text: String, with normalizer: String?) -> String {
        guard let normalizer else { return text }
        let name = Self.analyzerName(ofNormalizer: normalizer)
        return pool.with(name) { $0.terms(of: text).first?.term.text ?? "" } ?? text
    }
}

/// The idle analyzers of a registry, by name.
final class IdleAnalyzers: Sendable {
    /// Only ever in one thread's hands: here or with its borrower.
    private struct Idle: @unchecked Sendable {
        let analyzer: Analyzer
    }

    /// Few names, so that they are compared and not hashed.
    private let idle = Mutex<[(name: String, analyzers: [Idle])]>([])

    func take(_ name: String) -> Analyzer? {
        let taken = idle.withLock { idle in
            idle.firstIndex { $0.name == name }.flatMap { idle[$0].analyzers.popLast() }
        }
        return taken?.analyzer
    }

    func put(_ analyzer: Analyzer, under name: String) {
        let back = Idle(analyzer: analyzer)
        idle.withLock { idle in
            guard let place = idle.firstIndex(where: { $0.name == name }) else {
                return idle.append((name, [back]))
            }
            if idle[place].analyzers.count < AnalyzerPool.idleLimit {
                idle[place].analyzers.append(back)
            }
        }
    }
}
