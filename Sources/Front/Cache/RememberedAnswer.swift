// An answer in the cache, with the bytes it was sent as.

import Queries
import Synchronization

/// A complete answer, its verdict being a hit. The first to be sent it in some form renders it for
/// all after.
final class RememberedAnswer: Sendable {
    let response: SearchResponse
    private let renderings = Mutex<[SearchRenderingOptions: [UInt8]]>([:])

    init(_ response: SearchResponse) {
        var response = response
        response.scatter.cacheVerdict = .hit
        self.response = response
    }

    /// What `render` makes of the answer.
    func rendered(
        _ options: SearchRenderingOptions, _ render: (SearchResponse) -> [UInt8]
    ) -> [UInt8] {
        if let known = renderings.withLock({ $0[options] }) { return known }
        let bytes = render(response)
        renderings.withLock { $0[options] = bytes }
        return bytes
    }
}
