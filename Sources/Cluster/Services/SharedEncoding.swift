// Writes once what several messages have in common.

import Synchronization

/// Shared by requests that differ only in what each leaf is asked for itself: the first to be sent
/// leaves the bytes of the rest here. It says nothing about the request; all are equal.
public final class SharedEncoding: Sendable, Hashable {
    private let bytes = Mutex<[UInt8]?>(nil)

    public init() {}

    func value(
        _ make: () throws(RemoteError) -> [UInt8]
    ) throws(RemoteError) -> [UInt8] {
        try bytes.withLock { bytes throws(RemoteError) in
            if let bytes { return bytes }
            let made = try make()
            bytes = made
            return made
        }
    }

    public static func == (left: SharedEncoding, right: SharedEncoding) -> Bool { true }

    public func hash(into hasher: inout Hasher) {}
}
