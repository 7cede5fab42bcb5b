// What a fuzz target is: bytes that nobody vouches for, and what reads them.

import Storage

/// One decoder under attack. Reading may throw whatever it likes; it must not crash, hang, take
/// much memory, or let values through that are not sane.
struct FuzzTarget: Sendable {
    let name: String
    /// What is attacked, in a few words.
    let reads: String
    /// Inputs that reach the inner parts, from which mutation begins. The same in every process.
    let seeds: @Sendable () throws -> [[UInt8]]
    /// Throws `Finding` when what was read is not sane, and anything else when it was refused.
    let run: @Sendable (UnsafeRawBufferPointer) throws -> Void

    /// What is wrong with how the input was read; nil: nothing.
    func finding(in input: UnsafeRawBufferPointer) -> Finding? {
        do {
            try run(input)
        } catch let finding as Finding {
            return finding
        } catch {
            // Refused, as damage should be.
        }
        return nil
    }

    static let all: [FuzzTarget] =
        [
            ChunkTarget.target, BlockTarget.target, PackingTarget.target, PostingsTarget.target,
            PositionsTarget.target, DictionaryTarget.target, ColumnTarget.target,
            StoredTarget.target, SummaryTarget.target, IdentityTarget.target,
            DeletionsTarget.target, ImageTarget.target, SegmentTarget.target, SearchTarget.target,
            JSONTarget.target, DocumentTarget.target, MappingTarget.target, DateTarget.target,
            TextTarget.target, HighlightTarget.target, QueryTarget.target, QueryStringTarget.target,
            PatternTarget.target,
            LogTarget.target,
        ] + nodeTargets
}

/// A decoder let something through that it should have refused.
struct Finding: Error, CustomStringConvertible {
    let description: String
}

@inline(__always)
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    if !condition { throw Finding(description: what()) }
}

/// Reads a target's own parameters off the front of an input. Beyond the end all bytes are 0.
struct FuzzInput {
    private(set) var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    mutating func byte() -> UInt8 {
        guard let first = rest.first else { return 0 }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
        return first
    }

    /// Little-endian.
    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number {
        var number = Number.zero
        for index in 0..<Number.bitWidth / 8 {
            number |= Number(truncatingIfNeeded: byte()) << Number(index * 8)
        }
        return number
    }

    /// `0 ..< limit`
    mutating func below(_ limit: Int) -> Int { Int(number(UInt32.self)) % limit }

    /// As many as there are, at most `count`.
    mutating func take(_ count: Int) -> UnsafeRawBufferPointer {
        let taken = UnsafeRawBufferPointer(rebasing: rest.prefix(count))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        return taken
    }

    /// Two parts of the rest; the length of the first stands in two bytes.
    mutating func split() -> (UnsafeRawBufferPointer, UnsafeRawBufferPointer) {
        let first = take(Int(number(UInt16.self)))
        return (first, rest)
    }
}

extension ByteWriter {
    /// As `FuzzInput.split` reads it.
    mutating func split(_ first: [UInt8], _ second: [UInt8]) {
        uint16(UInt16(first.count))
        raw(first)
        raw(second)
    }
}
