// What is wrong with a configuration: where, why, and what to do.

struct ConfigurationError: Error, CustomStringConvertible {
    let place: String
    let reason: String
    let remedy: String

    var description: String { "\(place): \(reason). \(remedy)." }
}
