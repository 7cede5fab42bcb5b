// stub
import Analysis

public enum QueryDSLParser {
    public static func parseSearch(
        _ body: [UInt8], parameters: [(String, String)] = [], indices: [String] = []
    ) throws(RequestError) -> SearchRequest { throw .parsing("soon") }
    public static func parseCount(
        _ body: [UInt8], parameters: [(String, String)] = [], indices: [String] = []
    ) throws(RequestError) -> SearchRequest { throw .parsing("soon") }
    public static func parseQuery(_ json: JSONValue) throws(RequestError) -> Query {
        throw .parsing("soon")
    }
}
