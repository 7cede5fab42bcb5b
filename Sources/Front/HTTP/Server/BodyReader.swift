// Reads a request's body into memory, within the limits.

import HTTPTypes
import Hummingbird
import NIOCore

struct BodyReader: Sendable {
    /// Bodies up to this size, in bytes, are not counted against the shared memory.
    static let uncountedBytes = 16 << 10
    /// Room made before the first byte arrives, at most, whatever the client announces.
    static let initialCapacity = 1 << 20

    let maximumBytes: Int
    let memory: BodyMemory

    /// Whether the request announces a body at all.
    static func hasBody(_ head: HTTPRequest) -> Bool {
        if let length = head.headerFields[.contentLength] { return length != "0" }
        return head.headerFields[.transferEncoding] != nil
    }

    /// Hands `use` the body, decompressed.
    /// - Throws: `FrontError` when the body is too long, in an unknown encoding, damaged, or does
    ///   not fit the memory.
    func read<Value>(
        _ request: Request, _ use: ([UInt8]) async throws -> Value
    ) async throws -> Value {
        guard Self.hasBody(request.head) else { return try await use([]) }
        let isGzip = try Self.isGzip(request.headers[.contentEncoding])
        let announced = request.headers[.contentLength].flatMap(Int.init) ?? 0
        guard announced <= maximumBytes else { throw FrontError.bodyTooLarge(limit: maximumBytes) }
        var taken = 0
        defer { if taken > 0 { memory.giveBack(taken) } }
        func makeRoom(for byteCount: Int) throws {
            guard byteCount > Self.uncountedBytes, byteCount > taken else { return }
            guard memory.take(byteCount - taken) else { throw FrontError.bodyMemoryExhausted }
            taken = byteCount
        }
        try makeRoom(for: announced)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(announced, Self.initialCapacity))
        for try await part in request.body {
            guard part.readableBytes <= maximumBytes - bytes.count else {
                throw FrontError.bodyTooLarge(limit: maximumBytes)
            }
            try makeRoom(for: bytes.count + part.readableBytes)
            bytes.append(contentsOf: part.readableBytesView)
        }
        guard isGzip else { return try await use(bytes) }
        var content: [UInt8] = []
        do {
            try Gzip.decompress(bytes) { piece in
                guard piece.count <= maximumBytes - content.count else {
                    throw FrontError.bodyTooLarge(limit: maximumBytes)
                }
                try makeRoom(for: bytes.count + content.count + piece.count)
                content.append(contentsOf: piece)
            }
        } catch let damage as Gzip.Damage {
            throw FrontError.damagedBody(encoding: "gzip", reason: damage.reason)
        }
        return try await use(content)
    }

    private static func isGzip(_ encoding: String?) throws(FrontError) -> Bool {
        switch encoding?.lowercased() {
        case nil, "", "identity": return false
        case "gzip", "x-gzip": return true
        default: throw .encodedBody(encoding ?? "")
        }
    }
}
