// From (field, term bytes) to the term's postings in memory: open addressing over an arena, no
// String and no allocation per token.

/// What the inverter knows of one term; 64 bytes, a cache line.
struct TermState {
    var bytes: UInt32
    /// The first four bytes, zeros behind a shorter term.
    var head: UInt32
    var length: UInt16
    /// Size of the current chunk of each chain.
    var documentsChunk: UInt16 = 0
    var positionsChunk: UInt16 = 0
    /// Ordinal in the schema.
    var field: UInt32
    var lastDocument = UInt32.max
    /// Occurrences in `lastDocument`, which is not in the chain yet.
    var frequency: UInt32 = 0
    var lastPosition: UInt32 = 0
    /// Documents before `lastDocument`.
    var chainedDocuments: UInt32 = 0
    /// The last of them.
    var lastChained = UInt32.max
    /// Gap << 1 | (frequency is 1) [frequency - 2], as the tail of a postings list.
    var documents = ByteChain()
    /// Differences within each document.
    var positions = ByteChain()
}

final class TermTable {
    let arena = ByteArena()
    private(set) var states: UnsafeMutablePointer<TermState>
    private(set) var count = 0
    /// Of the tokens given to `prepare`.
    let hashes: UnsafeMutablePointer<UInt32>
    private let scratch: UnsafeMutablePointer<UInt64>
    /// Keeps the loads of `prepare` from being optimised away.
    private(set) var touched: UInt64 = 0
    /// Tokens prepared at once: what they need fits the nearest caches.
    static let groupSize = 128
    private var stateCapacity = 1 << 10
    /// High 32 bits: hash; low 32: term number + 1, or 0 in an empty slot.
    private var slots: UnsafeMutablePointer<UInt64>
    private var slotMask = (1 << 11) - 1

    init() {
        states = Self.allocateStates(stateCapacity)
        hashes = .allocate(capacity: Self.groupSize)
        scratch = .allocate(capacity: Self.groupSize)
        slots = .allocate(capacity: slotMask + 1)
        slots.initialize(repeating: 0, count: slotMask + 1)
    }

    deinit {
        states.deallocate()
        hashes.deallocate()
        scratch.deallocate()
        slots.deallocate()
    }

    private static func allocateStates(_ capacity: Int) -> UnsafeMutablePointer<TermState> {
        let size = MemoryLayout<TermState>.stride
        return UnsafeMutableRawPointer.allocate(byteCount: capacity * size, alignment: 64)
            .bindMemory(to: TermState.self, capacity: capacity)
    }

    var byteCount: Int {
        arena.count + count * MemoryLayout<TermState>.stride + (slotMask + 1) * 8
    }

    /// Hashes up to `groupSize` tokens and loads the memory that inserting them will need. The
    /// loads of one pass do not wait for each other: the processor fetches many cache lines at
    /// once, where token by token it would wait for each of four in turn.
    func prepare(
        _ bytes: UnsafePointer<UInt8>, _ ends: UnsafePointer<UInt32>, count: Int, from first: Int,
        field: UInt32
    ) {
        var start = first
        for index in 0..<count {
            let end = Int(ends[index])
            let hash = TermHash.hash(bytes + start, end &- start, field)
            hashes[index] = hash
            scratch[index] = slots[Int(hash) & slotMask] & 0xFFFF_FFFF
            start = end
        }
        for index in 0..<count where scratch[index] != 0 {
            let state = states + (Int(scratch[index]) &- 1)
            scratch[index] =
                UInt64(state.pointee.bytes) << 32 | UInt64(state.pointee.positions.write)
        }
        var all: UInt64 = 0
        for index in 0..<count {
            all &+= UInt64(arena.start[Int(scratch[index] >> 32)])
            all &+= UInt64(arena.start[Int(scratch[index] & 0xFFFF_FFFF)])
        }
        touched &+= all
    }

    /// The term's number: its place in `states`. `length` is at most 65,535.
    func insert(_ bytes: UnsafePointer<UInt8>, _ length: Int, field: UInt32) -> Int {
        insert(bytes, length, field: field, hash: TermHash.hash(bytes, length, field))
    }

    @inline(__always)
    func insert(
        _ bytes: UnsafePointer<UInt8>, _ length: Int, field: UInt32, hash: UInt32
    ) -> Int {
        let head = TermHash.head(bytes, length)
        var place = Int(hash) & slotMask
        while true {
            let slot = slots[place]
            if slot == 0 { return add(bytes, length, field, hash, place, head) }
            if UInt32(truncatingIfNeeded: slot >> 32) == hash {
                let number = Int(slot & 0xFFFF_FFFF) - 1
                let state = states + number
                if state.pointee.head == head, Int(state.pointee.length) == length,
                    state.pointee.field == field,
                    TermHash.areEqual(arena.start + Int(state.pointee.bytes), bytes, length)
                {
                    return number
                }
            }
            place = (place &+ 1) & slotMask
        }
    }

    @inline(never)
    private func add(
        _ bytes: UnsafePointer<UInt8>, _ length: Int, _ field: UInt32, _ hash: UInt32,
        _ place: Int, _ head: UInt32
    ) -> Int {
        if count == stateCapacity { growStates() }
        let offset = arena.allocate(length)
        (arena.start + Int(offset)).update(from: bytes, count: length)
        (states + count).initialize(
            to: TermState(bytes: offset, head: head, length: UInt16(length), field: field))
        count += 1
        slots[place] = UInt64(hash) << 32 | UInt64(count)
        if count * 2 > slotMask { growSlots() }
        return count - 1
    }

    private func growStates() {
        let larger = Self.allocateStates(stateCapacity * 2)
        larger.moveInitialize(from: states, count: count)
        states.deallocate()
        states = larger
        stateCapacity *= 2
    }

    private func growSlots() {
        let oldCount = slotMask + 1
        let newMask = oldCount * 2 - 1
        let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: newMask + 1)
        larger.initialize(repeating: 0, count: newMask + 1)
        for index in 0..<oldCount where slots[index] != 0 {
            var place = Int(slots[index] >> 32) & newMask
            while larger[place] != 0 { place = (place + 1) & newMask }
            larger[place] = slots[index]
        }
        slots.deallocate()
        slots = larger
        slotMask = newMask
    }

    func term(_ number: Int) -> UnsafeBufferPointer<UInt8> {
        let state = states + number
        return UnsafeBufferPointer(
            start: arena.start + Int(state.pointee.bytes), count: Int(state.pointee.length))
    }

    /// One occurrence of a term with frequencies and positions; documents and, within one,
    /// positions never descend.
    @inline(__always)
    func addOccurrence(_ number: Int, _ document: UInt32, position: UInt32) {
        let state = states + number
        if state.pointee.lastDocument == document {
            state.pointee.frequency &+= 1
        } else {
            chainDocument(state)
            state.pointee.lastDocument = document
            state.pointee.frequency = 1
            state.pointee.lastPosition = 0
        }
        let difference = position &- state.pointee.lastPosition
        state.pointee.lastPosition = position
        state.pointee.positions.append(
            varint: difference, arena, &state.pointee.positionsChunk)
    }

    /// One document of a term without positions. False: it had the term already.
    func addDocument(_ number: Int, _ document: UInt32) -> Bool {
        let state = states + number
        if state.pointee.lastDocument == document { return false }
        chainDocument(state)
        state.pointee.lastDocument = document
        state.pointee.frequency = 1
        return true
    }

    /// Moves the last document of a term into its chain.
    @inline(__always)
    private func chainDocument(_ state: UnsafeMutablePointer<TermState>) {
        let document = state.pointee.lastDocument
        if document == .max { return }
        let gap = document &- state.pointee.lastChained &- 1
        let frequency = state.pointee.frequency
        // Document numbers are below 2^31, so the shift loses nothing.
        state.pointee.documents.append(
            varint: gap << 1 | (frequency == 1 ? 1 : 0), arena, &state.pointee.documentsChunk)
        if frequency > 1 {
            state.pointee.documents.append(
                varint: frequency - 2, arena, &state.pointee.documentsChunk)
        }
        state.pointee.lastChained = document
        state.pointee.chainedDocuments += 1
    }

    /// Loads the memory that writing these terms will need, many cache lines at once.
    func prepareToWrite(_ numbers: ArraySlice<UInt32>) {
        var all: UInt32 = 0
        for number in numbers { all &+= states[Int(number)].bytes }
        for number in numbers {
            let state = states + Int(number)
            all &+= UInt32(arena.start[Int(state.pointee.bytes)])
            all &+= UInt32(arena.start[Int(state.pointee.documents.head)])
            all &+= UInt32(arena.start[Int(state.pointee.positions.head)])
        }
        touched &+= UInt64(all)
    }

    /// Feeds the term's postings to `writer`, between its `beginTerm` and `endTerm`.
    func write(_ number: Int, to writer: inout PostingsWriter) {
        let state = states[number]
        let hasPositions = writer.shape.contains(.positions)
        var positions = ByteChainReader(state.positions, arena)
        if state.chainedDocuments > 0 {
            var documents = ByteChainReader(state.documents, arena)
            var document = UInt32.max
            for _ in 0..<state.chainedDocuments {
                let code = documents.varint()
                document = document &+ 1 &+ (code >> 1)
                let frequency = code & 1 == 1 ? 1 : documents.varint() + 2
                writer.add(document, frequency)
                guard hasPositions else { continue }
                for _ in 0..<frequency { writer.add(positionDifference: positions.varint()) }
            }
        }
        writer.add(state.lastDocument, state.frequency)
        guard hasPositions else { return }
        for _ in 0..<state.frequency { writer.add(positionDifference: positions.varint()) }
    }
}
