// What stops a queue's command: where, why, and what to do.

struct QueueError: Error, CustomStringConvertible {
    let place: String
    let reason: String
    let remedy: String

    var description: String { "\(place): \(reason). \(remedy)." }
}
