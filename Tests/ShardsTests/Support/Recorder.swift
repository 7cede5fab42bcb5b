// Notes what happened, from any task.

import Synchronization

final class Recorder: Sendable {
    private let state = Mutex<[String]>([])

    var notes: [String] { state.withLock { $0 } }

    func note(_ word: String) { state.withLock { $0.append(word) } }
}
