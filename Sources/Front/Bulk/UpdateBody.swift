// The body of an update: {"doc":{…},"doc_as_upsert":true,"upsert":{…},"detect_noop":false}.

import Analysis

enum UpdateBody {
    /// Puts the body into the operation.
    ///
    /// - Returns: what is wrong with the body; nil if nothing is.
    static func read(
        _ bytes: ArraySlice<UInt8>, into operation: inout DocumentOperation
    ) -> String? {
        guard let members = JSONMemberScanner.members(of: bytes) else {
            do {
                _ = try JSONParser.parse(Array(bytes))
                return "the body of an update must be an object with a doc"
            } catch {
                return "the body of an update is not JSON: \(error.reason) "
                    + "at column \(error.column)"
            }
        }
        var hasDocument = false
        for member in members {
            let value = bytes[member.value]
            switch String(decoding: bytes[member.key], as: UTF8.self) {
            case "doc":
                operation.source = Array(value)
                hasDocument = true
            case "upsert":
                operation.upsert = Array(value)
            case "doc_as_upsert":
                guard let flag = boolean(value) else { return "doc_as_upsert must be a boolean" }
                operation.docAsUpsert = flag
            case "detect_noop":
                guard let flag = boolean(value) else { return "detect_noop must be a boolean" }
                operation.detectNoop = flag
            case "script":
                return "scripts are not supported: send the changed fields as doc"
            case let other:
                return "the update contains an unknown key [\(other)]; known are doc, upsert, "
                    + "doc_as_upsert, detect_noop"
            }
        }
        return hasDocument ? nil : "the update has no doc"
    }

    private static func boolean(_ bytes: ArraySlice<UInt8>) -> Bool? {
        if bytes.elementsEqual("true".utf8) { return true }
        return bytes.elementsEqual("false".utf8) ? false : nil
    }
}
