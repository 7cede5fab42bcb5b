// `GET /` for clients: who answers, and which API it speaks.

import Analysis

struct NodeEndpoint: Sendable {
    /// The version of OpenSearch whose API this is a subset of; clients look at its major number.
    static let compatibleVersion = "2.19.0"

    let nodeName: String
    let clusterName: String
    /// Canopy's own.
    let version: String

    func answer(_ request: FrontRequest) throws -> HTTPAnswer {
        try request.refuseUnknownParameters()
        return HTTPAnswer { writer in
            writer.member("name", nodeName)
            writer.member("cluster_name", clusterName)
            writer.member("cluster_uuid", "canopy-" + clusterName)
            writer.member(
                "version",
                object: { writer in
                    writer.member("distribution", "opensearch")
                    writer.member("number", Self.compatibleVersion)
                    writer.member("build_type", "canopy")
                    writer.member("build_hash", version)
                    writer.member("build_snapshot", false)
                    writer.member("lucene_version", "9.12.1")
                    writer.member("minimum_wire_compatibility_version", "7.10.0")
                    writer.member("minimum_index_compatibility_version", "7.0.0")
                    writer.member("canopy", version)
                })
            writer.member("tagline", "Canopy: every query reaches every leaf")
        }
    }
}
