// A routing table as the metadata store keeps it. Leaves are named once and then counted, because a
// cluster may have a great many shards:
//
//     {"version":7,"leaves":[{"name":"a",…},{"name":"b",…}],"others":["c"],
//      "indices":{"uuid":[[[0,1]],[[1],[0],[2]]]}}
//
// Each shard is [copies, joining, awaited], the owner first among the copies and what is empty at
// the end left out; a number is the place of a name in the leaves and then the others. Here b owns
// the second shard, a joins it, and c, which is not a leaf now, is awaited.

import Analysis
import Storage

extension RoutingTable {
    public func encoded() -> [UInt8] {
        var places = Dictionary(uniqueKeysWithValues: leaves.enumerated().map { ($1.name, $0) })
        let named = assignments.values.joined().flatMap { $0.copies + $0.joining + $0.awaited }
        let others = Set(named).subtracting(places.keys).sorted()
        for name in others { places[name] = places.count }

        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.key("version")
        writer.integer(version)
        writer.key("leaves")
        writer.beginArray()
        for leaf in leaves { leaf.write(to: &writer) }
        writer.endArray()
        if !others.isEmpty {
            writer.key("others")
            writer.value(.array(others.map { .string($0) }))
        }
        writer.key("indices")
        writer.beginObject()
        for (uuid, shards) in assignments.sorted(by: { $0.key < $1.key }) {
            writer.key(uuid)
            writer.beginArray()
            for shard in shards { Self.write(shard, places, to: &writer) }
            writer.endArray()
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private static func write(
        _ shard: ShardAssignment, _ places: [String: Int], to writer: inout JSONWriter
    ) {
        var lists = [
            [shard.owner] + shard.copies.filter { $0 != shard.owner }, shard.joining, shard.awaited,
        ]
        while lists.last?.isEmpty == true { lists.removeLast() }
        writer.beginArray()
        for list in lists {
            writer.beginArray()
            for place in list.compactMap({ places[$0] }) { writer.integer(Int64(place)) }
            writer.endArray()
        }
        writer.endArray()
    }

    /// - Throws: `MetadataError` naming what is wrong.
    public init(encoded bytes: [UInt8], key: String) throws(MetadataError) {
        func damaged(_ reason: String) -> MetadataError {
            MetadataError(
                key: key, reason: reason,
                remedy: "delete this entry: the shards are then placed anew, and no document is "
                    + "in it")
        }
        let json: JSONValue
        do {
            json = try JSONParser.parse(bytes)
        } catch {
            throw damaged("\(error)")
        }
        guard let version = json["version"]?.integerValue, version >= 0,
            let described = json["leaves"]?.arrayValue,
            let indices = json["indices"]?.objectValue
        else { throw damaged("it is not a routing table") }
        let leaves = described.compactMap { LeafNode($0) }
        let others = (json["others"]?.arrayValue ?? []).compactMap(\.stringValue)
        let names = leaves.map(\.name) + others
        guard leaves.count == described.count, Set(names).count == names.count else {
            throw damaged("its leaves are not described, or some share a name")
        }
        var assignments: [String: [ShardAssignment]] = [:]
        for index in indices.members {
            let described = index.value.arrayValue ?? []
            let shards = described.compactMap { Self.assignment($0, names) }
            guard ObjectKey.fault(in: index.key) == nil, !index.key.contains("/"),
                shards.count == described.count,
                (1...IndexSettings.maximumShardCount).contains(shards.count)
            else { throw damaged("the assignments of index '\(index.key)' are not valid") }
            assignments[index.key] = shards
        }
        self.init(leaves: leaves, assignments: assignments, version: version)
    }

    /// Nil where numbers do not name leaves, or name one twice.
    private static func assignment(_ json: JSONValue, _ names: [String]) -> ShardAssignment? {
        guard let lists = json.arrayValue, (1...3).contains(lists.count) else { return nil }
        var read: [[String]] = []
        var seen = Set<Int64>()
        for list in lists {
            guard let places = list.arrayValue else { return nil }
            var list: [String] = []
            for place in places {
                guard let place = place.integerValue, seen.insert(place).inserted,
                    let place = Int(exactly: place), names.indices.contains(place)
                else { return nil }
                list.append(names[place])
            }
            read.append(list)
        }
        guard let owner = read[0].first else { return nil }
        return ShardAssignment(
            owner: owner, copies: read[0], joining: read.count > 1 ? read[1] : [],
            awaited: read.count > 2 ? read[2] : [])
    }
}
