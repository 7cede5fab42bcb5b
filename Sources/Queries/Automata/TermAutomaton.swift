// Runs a byte program as a deterministic automaton that is made while it runs.

/// A deterministic automaton over the bytes of terms. Its states are sets of the program's states
/// and are made when they are first met (K. Thompson's construction, with the sets remembered).
/// The memory for them is bounded: when it is full, everything is forgotten, and a text is matched
/// set by set without remembering any. So a text takes time linear in its length times the size
/// of the program at the worst, whatever the pattern, and nothing depends on the terms that were
/// met before. Belongs to one thread.
public final class TermAutomaton {
    /// No text with the bytes so far matches.
    public static let dead: Int32 = -1
    /// There is no room for another state: `forget` and start again, or use `match`.
    public static let full: Int32 = -2
    private static let unknown: Int32 = -3

    /// Numbers that may be remembered: four megabytes of them.
    static let memoryLimit = 1 << 20

    // The program, its lists one behind the other: those of state i lie between place i and the
    // next.
    private let first: Int32?
    private let edges: [ByteProgram.Edge]
    private let edgePlaces: [Int32]
    private let jumps: [Int32]
    private let jumpPlaces: [Int32]
    private let acceptLabels: [UInt8?]
    /// Bytes that no edge tells apart are one class.
    private let classes: [UInt8]
    /// One byte of each class.
    let representatives: [UInt8]
    /// The bytes of each class, as 256 bits.
    private let classBits: [UInt64]
    private let limit: Int

    private var sets: [[Int32]] = []
    private var labels: [UInt8?] = []
    private var numbers: [[Int32]: Int32] = [:]
    /// By state and class.
    private var table: [Int32] = []
    /// By state, once asked for: the bytes that do not lead to death, as 256 bits.
    private var onward: [UInt64] = []
    private var isOnwardKnown: [Bool] = []
    private var memory = 0

    // The set being made.
    private var marks: [UInt32]
    private var mark: UInt32 = 0
    private var next: [Int32] = []
    private var waiting: [Int32] = []

    convenience init(_ program: ByteProgram) {
        self.init(program, memoryLimit: Self.memoryLimit)
    }

    init(_ program: ByteProgram, memoryLimit: Int) {
        first = program.start
        edges = program.states.flatMap(\.edges)
        jumps = program.states.flatMap(\.jumps)
        acceptLabels = program.states.map(\.label)
        var edgePlaces: [Int32] = [0]
        var jumpPlaces: [Int32] = [0]
        for state in program.states {
            edgePlaces.append(edgePlaces[edgePlaces.count - 1] + Int32(state.edges.count))
            jumpPlaces.append(jumpPlaces[jumpPlaces.count - 1] + Int32(state.jumps.count))
        }
        self.edgePlaces = edgePlaces
        self.jumpPlaces = jumpPlaces
        limit = memoryLimit
        marks = Array(repeating: 0, count: program.states.count)
        var begins = [Bool](repeating: false, count: 257)
        begins[0] = true
        for edge in edges {
            begins[Int(edge.low)] = true
            begins[Int(edge.high) + 1] = true
        }
        var classes: [UInt8] = []
        var representatives: [UInt8] = []
        for byte in 0..<256 {
            if begins[byte] { representatives.append(UInt8(byte)) }
            classes.append(UInt8(representatives.count - 1))
        }
        self.classes = classes
        self.representatives = representatives
        var bits = [UInt64](repeating: 0, count: 4 * representatives.count)
        for byte in 0..<256 { bits[4 * Int(classes[byte]) + (byte >> 6)] |= 1 << UInt64(byte & 63) }
        classBits = bits
    }

    /// Where every text begins; `dead` when nothing matches.
    public func start() -> Int32 {
        guard let first else { return Self.dead }
        if !sets.isEmpty { return 0 }
        begin()
        add(first)
        return intern()
    }

    /// The state after one more byte, `dead` or `full`.
    public func step(_ state: Int32, _ byte: UInt8) -> Int32 {
        let place = Int(state) * representatives.count + Int(classes[Int(byte)])
        let known = table[place]
        if known != Self.unknown { return known }
        advance(sets[Int(state)], byte)
        let result = next.isEmpty ? Self.dead : intern()
        if result != Self.full { table[place] = result }
        return result
    }

    /// The smallest byte from `byte` on that does not lead from the state to death; nil: there is
    /// none.
    public func nextByte(_ state: Int32, from byte: Int) -> UInt8? {
        if !isOnwardKnown[Int(state)] { learnOnward(state) }
        let place = 4 * Int(state)
        for word in (byte >> 6)..<4 {
            let low = word == byte >> 6 ? UInt64.max << UInt64(byte & 63) : .max
            let bits = onward[place + word] & low
            if bits != 0 { return UInt8(64 * word + bits.trailingZeroBitCount) }
        }
        return nil
    }

    private func learnOnward(_ state: Int32) {
        isOnwardKnown[Int(state)] = true
        for (number, byte) in representatives.enumerated() where step(state, byte) != Self.dead {
            for word in 0..<4 { onward[4 * Int(state) + word] |= classBits[4 * number + word] }
        }
    }

    /// What is known of the text that led to the state: the number of edits of a fuzzy word, 0 of
    /// other patterns; nil when it does not match.
    public func label(_ state: Int32) -> Int? { labels[Int(state)].map { Int($0) } }

    /// Gives the memory back; states got so far mean nothing any more.
    public func forget() {
        sets = []
        labels = []
        numbers = [:]
        table = []
        onward = []
        isOnwardKnown = []
        memory = 0
    }

    /// Gives the memory back where it is much.
    public func forgetMuch() {
        if memory > Self.memoryLimit / 16 { forget() }
    }

    /// The label of a whole text, remembering the states met; nil when it does not match.
    public func read(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        var state = start()
        for byte in text {
            if state == Self.dead { return nil }
            state = step(state, byte)
            if state == Self.full {
                forget()
                return match(text)
            }
        }
        return state == Self.dead ? nil : label(state)
    }

    /// The label of a whole text, without remembering anything; nil when it does not match.
    public func match(_ text: some Sequence<UInt8>) -> Int? {
        guard let first else { return nil }
        begin()
        add(first)
        for byte in text {
            let set = next
            advance(set, byte)
            if next.isEmpty { return nil }
        }
        return label(of: next).map { Int($0) }
    }

    // MARK: Sets

    private func begin() {
        next.removeAll(keepingCapacity: true)
        if mark == .max {
            mark = 0
            for index in marks.indices { marks[index] = 0 }
        }
        mark += 1
    }

    private func advance(_ set: [Int32], _ byte: UInt8) {
        begin()
        for state in set {
            for place in edgePlaces[Int(state)]..<edgePlaces[Int(state) + 1] {
                let edge = edges[Int(place)]
                if edge.low <= byte, byte <= edge.high { add(edge.target) }
            }
        }
    }

    /// The state and those its jumps lead to; only those that read or accept are kept.
    private func add(_ first: Int32) {
        waiting.append(first)
        while let state = waiting.popLast() {
            guard marks[Int(state)] != mark else { continue }
            marks[Int(state)] = mark
            let reads = edgePlaces[Int(state)] < edgePlaces[Int(state) + 1]
            if reads || acceptLabels[Int(state)] != nil { next.append(state) }
            for place in jumpPlaces[Int(state)]..<jumpPlaces[Int(state) + 1] {
                waiting.append(jumps[Int(place)])
            }
        }
    }

    private func label(of set: [Int32]) -> UInt8? {
        var best: UInt8?
        for state in set {
            guard let label = acceptLabels[Int(state)] else { continue }
            best = min(best ?? label, label)
        }
        return best
    }

    /// The number of the set that was made.
    private func intern() -> Int32 {
        next.sort()
        if let known = numbers[next] { return known }
        let cost = next.count + representatives.count + 32
        guard memory + cost <= limit || sets.isEmpty else { return Self.full }
        memory += cost
        let number = Int32(sets.count)
        numbers[next] = number
        sets.append(next)
        labels.append(label(of: next))
        table.append(contentsOf: repeatElement(Self.unknown, count: representatives.count))
        onward.append(contentsOf: repeatElement(0, count: 4))
        isOnwardKnown.append(false)
        return number
    }
}
