// Reads the winners that did not come with the search: one message per leaf that has any.

import Cluster
import Queries
import Storage

struct FetchPhase: Sendable {
    let directory: LeafDirectory
    let clock: any NodeClock

    /// What was read of each winner; nil where its leaf failed.
    struct Outcome: Sendable {
        var documents: [FetchedDocument?]
        var failures: [Failure]
        /// By index and target: how long the leaf took.
        var took: [Source: Duration]
    }

    struct Failure: Sendable {
        var source: Source
        var error: RemoteError
    }

    /// A leaf in the role it plays for one index.
    struct Source: Sendable, Hashable {
        var index: Int
        var target: Int
    }

    /// - Throws: only `CancellationError`.
    func run(
        _ winners: [Winner], _ gathered: [GatheredIndex], _ what: [FetchSpecification],
        deadline: Instant
    ) async throws -> Outcome {
        var outcome = Outcome(
            documents: Array(repeating: nil, count: winners.count), failures: [], took: [:])
        let plan = Self.plan(winners).compactMap { part in
            var part = part
            let response = gathered[part.source.index].responses[part.source.target]
            part.places = Self.read(part.places, winners, of: response, into: &outcome.documents)
            return part.places.isEmpty ? nil : part
        }
        release(gathered, except: plan.map(\.source))
        let answers = try await DeadlineGroup.run(
            plan.map { part in
                let target = gathered[part.source.index].targets[part.source.target]
                let service = directory.service(target.leaf)
                let pin = gathered[part.source.index].responses[part.source.target]?.pin ?? 0
                let request = LeafFetchRequest(
                    pin: pin, addresses: part.places.map { winners[$0].hit.address },
                    what: what[part.source.index], release: true)
                return DeadlineGroup.Call(on: service.executor, to: target.leaf) {
                    try await service.fetch(request, deadline: deadline)
                }
            }, deadline: deadline, clock: clock, directory: directory)
        for (part, answer) in zip(plan, answers) {
            do {
                let response = try answer.get()
                guard response.documents.count == part.places.count else {
                    throw RemoteError(
                        type: RemoteError.malformedType,
                        reason: "\(response.documents.count) documents came for "
                            + "\(part.places.count) hits", status: 500)
                }
                for (place, document) in zip(part.places, response.documents) {
                    outcome.documents[place] = document
                }
                outcome.took[part.source] = response.took
            } catch {
                outcome.failures.append(
                    Failure(source: part.source, error: RemoteError(describing: error)))
            }
        }
        return outcome
    }

    /// Puts the documents that came with a leaf's hits in their places.
    /// - Parameter places: of the leaf's winners, which come in the order of its hits unless they
    ///   were rescored.
    /// - Returns: the places whose documents did not come.
    private static func read(
        _ places: [Int], _ winners: [Winner], of response: LeafSearchResponse?,
        into documents: inout [FetchedDocument?]
    ) -> [Int] {
        guard let response, let hits = response.top?.hits else { return places }
        let read = hits.prefix(response.documents.count)
        var next = read.startIndex
        return places.filter { place in
            let address = winners[place].hit.address
            let found =
                read[next...].firstIndex { $0.address == address }
                ?? read[..<next].firstIndex { $0.address == address }
            guard let found else { return true }
            documents[place] = response.documents[found]
            next = found + 1
            return false
        }
    }

    /// Lets go of the snapshots that nothing more is read of.
    private func release(_ gathered: [GatheredIndex], except kept: [Source]) {
        for (index, gathered) in gathered.enumerated() {
            for (target, response) in gathered.responses.enumerated() {
                guard let response, !kept.contains(Source(index: index, target: target)) else {
                    continue
                }
                directory.releases.add(response.pin, of: gathered.targets[target].leaf)
            }
        }
    }

    struct Part: Hashable {
        var source: Source
        /// Places among the winners.
        var places: [Int]
    }

    /// The winners by where they are, in the order of each place's first winner.
    static func plan(_ winners: [Winner]) -> [Part] {
        var parts: [Part] = []
        var numbers: [Source: Int] = [:]
        for (place, winner) in winners.enumerated() {
            let source = Source(index: winner.index, target: winner.hit.leaf)
            if let number = numbers[source] {
                parts[number].places.append(place)
            } else {
                numbers[source] = parts.count
                parts.append(Part(source: source, places: [place]))
            }
        }
        return parts
    }
}
