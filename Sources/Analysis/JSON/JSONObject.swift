// A JSON object that keeps the order of its keys.

/// An ordered JSON object. Keys are compared byte by byte. Look-ups scan up to
/// `scannedMembers` members and use a hash index beyond, so hostile objects stay linear.
public struct JSONObject: Sendable {
    public struct Member: Sendable, Hashable {
        public let key: String
        public var value: JSONValue

        public static func == (left: Member, right: Member) -> Bool {
            left.key.hasSameBytes(as: right.key) && left.value == right.value
        }
    }

    /// Members up to which a look-up scans; larger objects carry an index.
    static let scannedMembers = 32

    /// Members for which the first one of an object makes room.
    private static let firstCapacity = 8

    /// In the order of the text, or of insertion.
    public private(set) var members: [Member] = []
    /// Place of each key, present when there are more than `scannedMembers`.
    private var places: [Key: Int]?

    public init() {}

    /// Later values replace earlier ones of the same key.
    public init(_ members: some Sequence<(key: String, value: JSONValue)>) {
        for (key, value) in members { self[key] = value }
    }

    public var count: Int { members.count }
    public var isEmpty: Bool { members.isEmpty }
    public var keys: [String] { members.map(\.key) }

    /// Setting nil removes the member; setting a new key appends it.
    public subscript(key: String) -> JSONValue? {
        get { place(of: key).map { members[$0].value } }
        set {
            switch (place(of: key), newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): remove(at: place)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    private func place(of key: String) -> Int? {
        if let places { return places[Key(text: key)] }
        return members.firstIndex { $0.key.hasSameBytes(as: key) }
    }

    private mutating func remove(at place: Int) {
        members.remove(at: place)
        places = nil
        indexIfLarge()
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        if members.isEmpty { members.reserveCapacity(Self.firstCapacity) }
        members.append(Member(key: key, value: value))
        if places != nil {
            places?[Key(text: key)] = members.count - 1
        } else {
            indexIfLarge()
        }
    }

    private mutating func indexIfLarge() {
        guard members.count > Self.scannedMembers else { return }
        var places: [Key: Int] = [:]
        for (place, member) in members.enumerated() { places[Key(text: member.key)] = place }
        self.places = places
    }

    /// Appends a member whose key the caller has not seen; false when it was there already.
    mutating func insertNew(_ key: String, _ value: JSONValue) -> Bool {
        guard place(of: key) == nil else { return false }
        append(key, value)
        return true
    }
}

/// A key compared by its bytes. Equal bytes hash alike, so String's hash serves.
private struct Key: Sendable, Hashable {
    let text: String

    static func == (left: Key, right: Key) -> Bool { left.text.hasSameBytes(as: right.text) }
}

extension JSONObject: Hashable {
    /// Objects are equal when they have the same members in the same order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members == right.members
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

extension JSONObject: Sequence {
    public struct Iterator: IteratorProtocol {
        var members: [Member].Iterator

        public mutating func next() -> (key: String, value: JSONValue)? {
            members.next().map { ($0.key, $0.value) }
        }
    }

    public func makeIterator() -> Iterator { Iterator(members: members.makeIterator()) }
    public var underestimatedCount: Int { members.count }
}
