// From bytes to a generated message and back, with limits, and the checks that conversions share.
// Whatever is wrong with a message becomes a `RemoteError` of type `RemoteError.malformedType`.

import Analysis
import NIOCore
import Queries
import Storage
import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

enum MessageCoding {
    /// Messages within messages: three times the deepest query and some.
    static let depthLimit = 350
    /// Queries within queries. Users may nest 50; rewriting adds a few.
    static let queryDepthLimit = 100
    static let shardLimit = IndexSettings.maximumShardCount

    static func encode(_ message: some Message) throws(RemoteError) -> [UInt8] {
        do {
            return try message.serializedBytes()
        } catch {
            throw .malformed("a message could not be encoded: \(error)")
        }
    }

    static func decode<M: Message>(_ type: M.Type, _ bytes: [UInt8]) throws(RemoteError) -> M {
        var options = BinaryDecodingOptions()
        options.messageDepthLimit = depthLimit
        options.discardUnknownFields = true
        do {
            return try M(serializedBytes: bytes, options: options)
        } catch {
            throw .malformed("\(M.protoMessageName) could not be decoded: \(error)")
        }
    }

    static func unsigned(_ value: Int, _ what: String) throws(RemoteError) -> UInt32 {
        guard let result = UInt32(exactly: value) else {
            throw .malformed("\(what) is \(value), which is not from 0 to \(UInt32.max)")
        }
        return result
    }

    static func shard(_ value: UInt32) throws(RemoteError) -> Int {
        guard value < shardLimit else {
            throw .malformed("shard \(value) is not below \(shardLimit)")
        }
        return Int(value)
    }

    static func shards(_ values: [UInt32]) throws(RemoteError) -> [Int] {
        guard values.count <= shardLimit else {
            throw .malformed("\(values.count) shards are named where \(shardLimit) are allowed")
        }
        var result: [Int] = []
        for value in values { result.append(try shard(value)) }
        return result
    }

    static func limited(
        _ value: UInt32, _ limit: Int, _ what: String
    ) throws(RemoteError) -> Int {
        guard value <= limit else {
            throw .malformed("\(what) is \(value), which is more than \(limit)")
        }
        return Int(value)
    }

    /// UUIDs become parts of object keys.
    static func indexUUID(_ text: String) throws(RemoteError) -> String {
        if let fault = ObjectKey.fault(in: text) {
            throw .malformed("an index UUID cannot be used: \(fault)")
        }
        guard !text.contains("/") else { throw .malformed("an index UUID contains '/'") }
        return text
    }

    /// One of the names of a choice.
    static func choice<Choice: RawRepresentable<String>>(
        _ name: String, _ type: Choice.Type, _ what: String
    ) throws(RemoteError) -> Choice {
        guard let choice = Choice(rawValue: name) else {
            throw .malformed("\(what) is '\(name)', which is unknown here")
        }
        return choice
    }

    static func finite(_ value: Double, _ what: String) throws(RemoteError) -> Double {
        guard value.isFinite else { throw .malformed("\(what) is \(value)") }
        return value
    }

    /// Anything but NaN, which has no place in an order.
    static func number<Number: BinaryFloatingPoint>(
        _ value: Number, _ what: String
    ) throws(RemoteError) -> Number {
        guard !value.isNaN else { throw .malformed("\(what) is not a number") }
        return value
    }

    static func finite(_ value: Float, _ what: String) throws(RemoteError) -> Float {
        guard value.isFinite else { throw .malformed("\(what) is \(value)") }
        return value
    }
}

extension Duration {
    /// For fields that hold nanoseconds.
    static func clamped(nanoseconds: Int64) -> Duration { .nanoseconds(max(0, nanoseconds)) }
}

extension RemoteError {
    init(_ wire: WireFailure) {
        let status = (100...599).contains(wire.status) ? Int(wire.status) : 500
        self.init(type: wire.type, reason: wire.reason, status: status)
    }

    var wire: WireFailure {
        WireFailure.with {
            $0.type = type
            $0.reason = reason
            $0.status = UInt32(clamping: status)
        }
    }

    /// The payload of a failure frame.
    init(frame payload: ByteBuffer) {
        do {
            self.init(
                try MessageCoding.decode(WireFailure.self, Array(payload.readableBytesView)))
        } catch {
            self = error
        }
    }

    var framePayload: ByteBuffer {
        // A message of two texts and a number always has an encoding.
        ByteBuffer(bytes: (try? MessageCoding.encode(wire)) ?? [])
    }
}
