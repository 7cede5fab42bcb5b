// Which names an object may have. They become file names and URLs, so the list of what is
// allowed is short, and nothing a user types ever becomes part of one.

public enum ObjectKey {
    /// Of the whole key, in bytes.
    public static let maximumLength = 512
    /// Of one `/`-separated part, in bytes: what file systems take.
    public static let maximumPartLength = 200

    /// Why `key` cannot be an object's name; nil when it can.
    public static func fault(in key: String) -> String? {
        guard key.utf8.count <= maximumLength else {
            return "it is longer than \(maximumLength) bytes"
        }
        for part in key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if part.isEmpty { return "it has an empty part" }
            if part.first == UInt8(ascii: ".") { return "a part starts with a dot" }
            if part.count > maximumPartLength {
                return "a part is longer than \(maximumPartLength) bytes"
            }
            guard part.allSatisfy(isAllowed) else {
                return "only ASCII letters, digits, '.', '_', '-' and '/' are allowed"
            }
        }
        return nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
