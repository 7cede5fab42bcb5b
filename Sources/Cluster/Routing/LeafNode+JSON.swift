// A leaf as the metadata store keeps it, in the routing table and among the members.

import Analysis
import Storage

extension LeafNode {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name")
        writer.string(name)
        writer.key("address")
        writer.string(address.text)
        writer.key("weight")
        writer.integer(Int64(weight))
        if !zone.isEmpty {
            writer.key("zone")
            writer.string(zone)
        }
        writer.endObject()
    }

    /// Nil where it is not the description of a leaf.
    init?(_ json: JSONValue) {
        guard let name = json["name"]?.stringValue, Self.isName(name),
            let address = json["address"]?.stringValue, !address.isEmpty,
            let weight = json["weight"]?.integerValue,
            (1...Int64(RendezvousHashing.maximumWeight)).contains(weight)
        else { return nil }
        let zone = json["zone"] ?? .string("")
        guard let zone = zone.stringValue else { return nil }
        self.init(name: name, address: NodeAddress(address), weight: Int(weight), zone: zone)
    }

    /// Names become parts of keys.
    static func isName(_ text: String) -> Bool {
        ObjectKey.fault(in: text) == nil && !text.contains("/")
    }
}
