// From (field, term bytes) to the term's postings in memory: open addressing over an arena, no
// String and no allocation per token.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the inverter knows of one term; 64 bytes.
struct TermState {
    var bytes: UInt32
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
    private var stateCapacity = 1 << 10
    /// High 32 bits: hash; low 32: term number + 1, or 0 in an empty slot.
    private var slots: UnsafeMutablePointer<UInt64>
    private var slotMask = (1 << 11) - 1

    init() {
        states = .allocate(capacity: stateCapacity)
        slots = .allocate(capacity: slotMask + 1)
        slots.initialize(repeating: 0, count: slotMask + 1)
    }

    deinit {
        states.deallocate()
        slots.deallocate()
    }

    var byteCount: Int {
        arena.count + count * MemoryLayout<TermState>.stride + (slotMask + 1) * 8
    }

    /// The term's number: its place in `states`. `length` is at most 65,535.
    @inline(__always)
    func insert(_ bytes: UnsafePointer<UInt8>, _ length: Int, field: UInt32) -> Int {
        let hash = Self.hash(bytes, length, field)
        var place = Int(hash) & slotMask
        while true {
            let slot = slots[place]
            if slot == 0 { return add(bytes, length, field, hash, place) }
            if UInt32(truncatingIfNeeded: slot >> 32) == hash {
                let number = Int(slot & 0xFFFF_FFFF) - 1
                let state = states + number
                if Int(state.pointee.length) == length, state.pointee.field == field,
                    memcmp(arena.start + Int(state.pointee.bytes), bytes, length) == 0
                {
                    return number
                }
            }
            place = (place &+ 1) & slotMask
        }
    }

    @inline(never)
    private func add(
        _ bytes: UnsafePointer<UInt8>, _ length: Int, _ field: UInt32, _ hash: UInt32, _ place: Int
    ) -> Int {
        if count == stateCapacity { growStates() }
        let offset = arena.allocate(length)
        (arena.start + Int(offset)).update(from: bytes, count: length)
        (states + count).initialize(
            to: TermState(bytes: offset, length: UInt16(length), field: field))
        count += 1
        slots[place] = UInt64(hash) << 32 | UInt64(count)
        if count * 2 > slotMask { growSlots() }
        return count - 1
    }

    private func growStates() {
        let larger = UnsafeMutablePointer<TermState>.allocate(capacity: stateCapacity * 2)
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

    /// Eight bytes at a time, multiplied and folded.
    @inline(__always)
    private static func hash(
        _ bytes: UnsafePointer<UInt8>, _ length: Int, _ field: UInt32
    ) -> UInt32 {
        let raw = UnsafeRawPointer(bytes)
        var state = UInt64(field) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(length)
        var offset = 0
        while offset &+ 8 <= length {
            state = mix(state ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset &+= 8
        }
        var rest: UInt64 = 0
        var shift: UInt64 = 0
        while offset < length {
            rest |= UInt64(bytes[offset]) &<< shift
            shift &+= 8
            offset &+= 1
        }
        return UInt32(truncatingIfNeeded: mix(state ^ rest) >> 16)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low ^ value
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
