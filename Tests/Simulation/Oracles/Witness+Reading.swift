// Holds what searches and gets see against the model.

import Segments
import Storage

@testable import Shards

extension Witness {
    /// What a search would see of the shard now must be the documents at its visible slot.
    func check(_ snapshot: ShardSnapshot, by name: String, _ record: Record) {
        guard let slot = UInt64(exactly: snapshot.visibleSlot), slot <= last else {
            return record.violated(
                "nothing that is not in the log", "\(name) shows slot \(snapshot.visibleSlot)")
        }
        let expected = model.state(at: slot).filter { $0.value.source != nil }
        var found: ModelState = [:]
        do {
            for view in snapshot.segments {
                for document in UInt32(0)..<UInt32(view.segment.documentCount)
                where view.live?.isLive(document) ?? true {
                    let id = String(decoding: view.segment.id(document), as: UTF8.self)
                    let number = view.segment.sequenceNumber(document)
                    let source = try view.segment.source(document)
                    let known = ModelDocument(
                        source: String(decoding: source, as: UTF8.self),
                        version: view.segment.version(document), sequenceNumber: number,
                        term: snapshot.primaryTerm(of: number))
                    if found.updateValue(known, forKey: id) != nil {
                        return record.violated("each document once", "\(name) shows \(id) twice")
                    }
                }
            }
        } catch {
            return record.violated("readable segments", "\(name): \(error)")
        }
        guard found == expected else {
            let ids = Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }
            let id = ids.min() ?? ""
            return record.violated(
                "searches see the documents at their slot",
                "\(name) at slot \(slot), document \(id): \(found[id].text) instead of "
                    + expected[id].text)
        }
    }

    /// A document by id is as it was at some moment between two slots.
    func check(
        _ found: StoredDocument?, id: String, from first: UInt64, by name: String,
        _ record: Record
    ) {
        let known = found.map {
            ModelDocument(
                source: String(decoding: $0.source, as: UTF8.self), version: $0.version,
                sequenceNumber: $0.sequenceNumber, term: $0.primaryTerm)
        }
        let isTrue = model.states(from: first, through: last).contains { state in
            let expected = state[id].flatMap { $0.source == nil ? nil : $0 }
            return expected == known
        }
        if !isTrue {
            let expected = model.state(at: first)[id]
            record.violated(
                "gets are true",
                "\(name), document \(id) since slot \(first): \(known.text), and not "
                    + expected.text)
        }
    }
}

extension Optional where Wrapped == ModelDocument {
    fileprivate var text: String {
        map { "\($0.source ?? "deleted") v\($0.version) #\($0.sequenceNumber) term \($0.term)" }
            ?? "nothing"
    }
}
