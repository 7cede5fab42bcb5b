// The SHA-256 of some bytes, as 32 bytes: what chains log records and names segment contents.

import Crypto

public struct SHA256Digest: Sendable, Hashable, CustomStringConvertible {
    public static let byteCount = 32
    public let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    public init(of bytes: UnsafeRawBufferPointer) {
        self.bytes = sha256(bytes)
    }

    public init(of bytes: [UInt8]) {
        self.bytes = bytes.withUnsafeBytes { sha256($0) }
    }

    /// What stands where there is nothing to digest, such as before the first record of a log.
    public static let zero = SHA256Digest(zeros: ())

    private init(zeros: Void) {
        bytes = [UInt8](repeating: 0, count: Self.byteCount)
    }

    /// 64 lowercase hexadecimal digits.
    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

public func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](SHA256.hash(data: bytes))
}

/// The digest of bytes that come in parts.
public struct SHA256Hash: Sendable {
    private var hash = SHA256()

    public init() {}

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: bytes)
    }

    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    public func finish() -> SHA256Digest {
        SHA256Digest([UInt8](hash.finalize())) ?? .zero
    }
}
