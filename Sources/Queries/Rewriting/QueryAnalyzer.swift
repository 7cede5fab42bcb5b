// stub
import Analysis

public struct QueryAnalyzer {
    public let schema: Schema
    public let analyzers: AnalyzerRegistry
    public let nowMilliseconds: Int64
    public init(schema: Schema, analyzers: AnalyzerRegistry = .builtIn, nowMilliseconds: Int64) {
        self.schema = schema
        self.analyzers = analyzers
        self.nowMilliseconds = nowMilliseconds
    }
    public func normalForm(_ query: Query) throws(RequestError) -> Query { throw .parsing("soon") }
    public func resolve(_ request: SearchRequest) throws(RequestError) -> ShardQuery {
        throw .parsing("soon")
    }
}
