// Edits that change nothing: a place in every section where mutation can begin.

import Storage

@testable import Segments

enum EditSeeds {
    /// Overwrites a few bytes in the middle of each section with themselves.
    static func sparing(_ base: BaseSegment) -> [[UInt8]] {
        base.sections.enumerated().compactMap { number, section in
            guard section.count > 0 else { return nil }
            let place = section.count / 2
            let count = min(6, section.count - place)
            var edit = ByteWriter()
            edit.uint8(UInt8(number))
            edit.uint8(DamagedSegment.Action.overwrite.rawValue)
            edit.uint16(UInt16(truncatingIfNeeded: place))
            edit.uint8(UInt8(place >> 16))
            edit.uint8(UInt8(count))
            edit.raw(section.raw[place..<(place + count)])
            return edit.bytes
        }
    }
}
