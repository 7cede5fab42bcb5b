// `_leaves`: which leaves hold what, and how many there should be.

import Analysis
import Cluster
import Queries

struct LeavesEndpoint: Sendable {
    let leaves: any LeavesService

    /// `GET` shows; `PUT {"count": 8}` changes the number.
    func answer(_ request: FrontRequest) async throws -> HTTPAnswer {
        try request.refuseUnknownParameters()
        if request.method == "PUT" {
            try await leaves.setCount(try Self.count(request.body))
        } else {
            try request.refuseBody()
        }
        return Self.render(try await leaves.leaves())
    }

    /// `POST _leaves/leaf-3/_drain` and `POST _leaves/leaf-3/_return`.
    func drain(_ request: FrontRequest, name: String, drains: Bool) async throws -> HTTPAnswer {
        try request.refuseUnknownParameters()
        try request.refuseBody()
        try await leaves.drain(name, drains)
        return Self.render(try await leaves.leaves())
    }

    private static func count(_ body: [UInt8]) throws -> Int {
        let wanted = "a body like {\"count\": 8}, with 1 to \(LeafWishes.maximumCount) leaves"
        guard let json = try? JSONParser.parse(body), case .object(let object) = json,
            object.count == 1, let count = json["count"]?.integerValue,
            (1...Int64(LeafWishes.maximumCount)).contains(count)
        else { throw RequestError.illegalArgument("_leaves takes \(wanted)") }
        return Int(count)
    }

    private static func render(_ report: LeavesReport) -> HTTPAnswer {
        HTTPAnswer { writer in
            if let wanted = report.wanted { writer.member("wanted", wanted) }
            writer.member("table_version", report.version)
            writer.member("settled", report.isSettled)
            writer.member("leaves", array: report.leaves) { writer, leaf in
                writer.beginObject()
                writer.member("name", leaf.name)
                writer.member("address", leaf.address)
                if !leaf.zone.isEmpty { writer.member("zone", leaf.zone) }
                writer.member("state", leaf.state.rawValue)
                writer.member("owned", leaf.owned)
                writer.member("serving", leaf.serving)
                writer.member("joining", leaf.joining)
                writer.endObject()
            }
        }
    }
}
