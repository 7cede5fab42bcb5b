// `_mget`: several documents by id, each found or not on its own.

import Analysis
import Cluster
import Queries

struct MultiGetEndpoint: Sendable {
    /// Documents in one request.
    static let maximumDocuments = 10_000
    /// Reads under way at a time.
    static let concurrency = 16

    let documents: any DocumentService

    private struct Wanted: Sendable {
        var index: String
        var id: String
        var routing: String?
        var source: SourceFilter
    }

    func answer(_ request: FrontRequest, index: String?) async throws -> HTTPAnswer {
        var parameters = request.parameters
        let source = WriteParameters.source(&parameters)
        let routing = parameters.take("routing")
        try parameters.finish(request.path)
        let session = try request.session()
        let wanted = try Self.parse(request.body, index, routing, source)
        let rendered = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            var results = [[UInt8]](repeating: [], count: wanted.count)
            var next = 0
            func addNext() {
                guard next < wanted.count else { return }
                let (place, one) = (next, wanted[next])
                next += 1
                group.addTask { (place, await read(one, session)) }
            }
            for _ in 0..<Self.concurrency { addNext() }
            while let (place, bytes) = try await group.next() {
                results[place] = bytes
                addNext()
            }
            return results
        }
        return HTTPAnswer { writer in
            writer.member("docs", array: rendered) { $0.raw($1) }
        }
    }

    private func read(_ wanted: Wanted, _ session: SessionToken?) async -> [UInt8] {
        do {
            let found = try await documents.get(
                GetRequest(
                    index: wanted.index, id: wanted.id, routing: wanted.routing,
                    session: session))
            return try DocumentRenderer.document(
                found, index: wanted.index, id: wanted.id, wanted.source)
        } catch {
            let failure = ErrorAnswer(error)
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("_index", wanted.index)
            writer.member("_id", wanted.id)
            writer.member("error", object: { failure.writeMembers(&$0) })
            writer.endObject()
            return writer.bytes
        }
    }

    private static func parse(
        _ body: [UInt8], _ index: String?, _ routing: String?, _ source: SourceFilter
    ) throws -> [Wanted] {
        let tree = try JSONParser.parse(body)
        guard case .object(let object) = tree, object.count == 1, let member = object.members.first,
            case .array(let elements) = member.value, ["docs", "ids"].contains(member.key)
        else {
            throw RequestError.parsing(
                "_mget needs an object with either [docs] or [ids], an array")
        }
        guard elements.count <= maximumDocuments else {
            throw RequestError.illegalArgument(
                "_mget asks for \(elements.count) documents; at most \(maximumDocuments) at a time")
        }
        return try elements.map { element in
            var wanted = Wanted(index: index ?? "", id: "", routing: routing, source: source)
            switch element {
            case .string(let id): wanted.id = id
            case .object(let fields) where member.key == "docs":
                for (key, value) in fields { try set(key, value, &wanted) }
            default:
                throw RequestError.parsing(
                    "_mget cannot read \(element.kindName) in [\(member.key)]")
            }
            guard !wanted.id.isEmpty, !wanted.index.isEmpty else {
                throw RequestError.illegalArgument("_mget needs an _index and an _id per document")
            }
            return wanted
        }
    }

    private static func set(
        _ key: String, _ value: JSONValue, _ wanted: inout Wanted
    ) throws(RequestError) {
        switch (key, value) {
        case ("_index", .string(let index)): wanted.index = index
        case ("_id", .string(let id)): wanted.id = id
        case ("_id", .integer(let id)): wanted.id = String(id)
        case ("routing", .string(let routing)): wanted.routing = routing
        case ("_source", .bool(let flag)): wanted.source = flag ? .all : .none
        case ("_source", .string(let path)):
            wanted.source = .paths(includes: [path], excludes: [])
        case ("_source", .array(let paths)):
            wanted.source = .paths(includes: paths.compactMap(\.stringValue), excludes: [])
        default:
            throw .parsing(
                "_mget does not know [\(key)] with \(value.kindName); known are _index, _id, "
                    + "routing, _source")
        }
    }
}
