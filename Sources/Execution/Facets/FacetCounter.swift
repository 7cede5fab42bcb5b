// Counting matches by the values of a field.

import Queries

/// Counts one aggregation over all segments of a search. Exact.
protocol FacetCounter: AnyObject {
    func begin(segment: Int) throws
    /// Ascending documents of the segment, each once.
    func count(_ documents: UnsafePointer<UInt32>, _ count: Int) throws
    func endSegment() throws
    var partial: FacetPartial { get }
}
