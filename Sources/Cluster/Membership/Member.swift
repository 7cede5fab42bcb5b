// A leaf as it announces itself in the metadata store.

import Analysis

public struct Member: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Takes and keeps roles.
        case active
        /// Its process is about to stop, and most likely to start again: it gives its roles to
        /// copies that exist, and none is built in its place before it stayed away for a while.
        case leaving
        /// Everything it has moves elsewhere, and then it may stop.
        case draining
    }

    public var node: LeafNode
    /// Names the process: another after each start.
    public var incarnation: String
    public var state: State
    /// Whether the leaf cannot reach the object store, so that it can own nothing.
    public var isUnwell: Bool
    /// Grows with each renewal, so that the entry changes.
    public var beat: Int64

    /// Where members are in the metadata store.
    public static let prefix = "member/"

    public init(
        node: LeafNode, incarnation: String, state: State = .active, isUnwell: Bool = false,
        beat: Int64 = 0
    ) {
        self.node = node
        self.incarnation = incarnation
        self.state = state
        self.isUnwell = isUnwell
        self.beat = beat
    }

    /// Of its entry in the metadata store.
    public var key: String { Self.prefix + node.name }
}

extension Member {
    public func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.key("node")
        node.write(to: &writer)
        writer.key("incarnation")
        writer.string(incarnation)
        writer.key("state")
        writer.string(state.rawValue)
        if isUnwell {
            writer.key("unwell")
            writer.bool(true)
        }
        writer.key("beat")
        writer.integer(beat)
        writer.endObject()
        return writer.bytes
    }

    /// - Throws: `MetadataError` naming what is wrong.
    public init(encoded bytes: [UInt8], key: String) throws(MetadataError) {
        func damaged(_ reason: String) -> MetadataError {
            MetadataError(
                key: key, reason: reason,
                remedy: "delete this entry; a leaf that runs announces itself again")
        }
        let json: JSONValue
        do {
            json = try JSONParser.parse(bytes)
        } catch {
            throw damaged("\(error)")
        }
        guard let node = json["node"].flatMap({ LeafNode($0) }),
            let incarnation = json["incarnation"]?.stringValue,
            let state = json["state"]?.stringValue.flatMap({ State(rawValue: $0) }),
            let beat = json["beat"]?.integerValue
        else { throw damaged("it is not the description of a leaf") }
        guard key == Self.prefix + node.name else {
            throw damaged("it describes the leaf '\(node.name)'")
        }
        self.init(
            node: node, incarnation: incarnation, state: state,
            isUnwell: json["unwell"]?.boolValue ?? false, beat: beat)
    }
}
