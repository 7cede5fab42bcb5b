// What leaves found by reading their stored bytes again, as messages.

import Queries
import Storage

extension WireScrubRequest {
    init(_ request: LeafScrubRequest) {
        self.init()
        starts = request.starts
        ofAll = request.indexUUIDs == nil
        indexUuids = request.indexUUIDs ?? []
    }

    func request() throws(RemoteError) -> LeafScrubRequest {
        var uuids: [String] = []
        for uuid in indexUuids { uuids.append(try MessageCoding.indexUUID(uuid)) }
        return LeafScrubRequest(starts: starts, indexUUIDs: ofAll ? nil : uuids)
    }
}

extension WireScrubResponse {
    init(_ response: LeafScrubResponse) throws(RemoteError) {
        self.init()
        for shard in response.shards { shards.append(try WireScrubbedShard(shard)) }
    }

    func response() throws(RemoteError) -> LeafScrubResponse {
        var all: [ScrubbedShard] = []
        for shard in shards { all.append(try shard.scrubbed()) }
        return LeafScrubResponse(shards: all)
    }
}

extension WireScrubbedShard {
    fileprivate init(_ scrubbed: ScrubbedShard) throws(RemoteError) {
        self.init()
        indexUuid = scrubbed.indexUUID
        shard = try MessageCoding.unsigned(scrubbed.shard, "a shard")
        isPending = scrubbed.isPending
        ageNanoseconds = scrubbed.age.wholeNanoseconds
        objectCount = scrubbed.objectCount
        byteCount = scrubbed.byteCount
        findings = scrubbed.findings.map { finding in
            WireScrubbedDamage.with {
                $0.kind = finding.kind
                $0.object = finding.object
                $0.reason = finding.reason
                $0.remedy = finding.remedy
                $0.isMended = finding.isMended
            }
        }
        if let failure = scrubbed.failure { self.failure = failure }
    }

    fileprivate func scrubbed() throws(RemoteError) -> ScrubbedShard {
        ScrubbedShard(
            indexUUID: indexUuid, shard: try MessageCoding.shard(shard), isPending: isPending,
            age: .clamped(nanoseconds: ageNanoseconds), objectCount: objectCount,
            byteCount: byteCount,
            findings: findings.map {
                ScrubbedDamage(
                    kind: $0.kind, object: $0.object, reason: $0.reason, remedy: $0.remedy,
                    isMended: $0.isMended)
            }, failure: hasFailure ? failure : nil)
    }
}
