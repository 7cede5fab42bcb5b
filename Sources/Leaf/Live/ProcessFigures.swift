// What the operating system says of this process.

import Foundation

enum ProcessFigures {
    static var processID: Int64 { Int64(ProcessInfo.processInfo.processIdentifier) }

    /// 0 where the system does not tell.
    static var residentBytes: Int64 {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int64($0) })
        else { return 0 }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
