// The action line of a bulk request: {"index":{"_index":"books","_id":"1"}}.

import Analysis
import Queries

/// What an action line says.
struct BulkAction {
    var action: DocumentAction
    var index: String?
    var operation: DocumentOperation
    private var conditions = WriteConditions()

    private init(_ action: DocumentAction) {
        self.action = action
        operation = DocumentOperation(action: action, id: "")
    }

    /// Why the line cannot be used.
    enum Refusal: Error {
        /// The action is clear, so the lines after it are too: only this item fails.
        case item(DocumentAction, index: String?, id: String, DocumentFailure)
        /// What follows cannot be told apart any more: the whole request fails.
        case request(reason: String)
    }

    static func parse(_ line: BulkLines.Line) -> Result<BulkAction, Refusal> {
        do throws(Refusal) {
            return .success(try read(line))
        } catch {
            return .failure(error)
        }
    }

    private static func read(_ line: BulkLines.Line) throws(Refusal) -> BulkAction {
        let tree: JSONValue
        do {
            tree = try JSONParser.parse(Array(line.bytes))
        } catch {
            throw .request(
                reason:
                    "Malformed action/metadata line [\(line.number)], \(error.reason) at "
                    + "column \(error.column); expected index, create, update or delete in {…}")
        }
        guard case .object(let object) = tree, object.count == 1, let member = object.members.first
        else {
            throw .request(
                reason: "Malformed action/metadata line [\(line.number)], expected one object with "
                    + "one of index, create, update, delete")
        }
        guard let action = actions[member.key] else {
            throw .request(
                reason: "Malformed action/metadata line [\(line.number)], expected one of "
                    + "[create, delete, index, update] but found [\(member.key)]")
        }
        guard case .object(let metadata) = member.value else {
            throw .request(
                reason: "Malformed action/metadata line [\(line.number)], expected an object after "
                    + "[\(member.key)]")
        }
        var result = BulkAction(action)
        var problem: String?
        for (key, value) in metadata {
            if let reason = result.set(key, value), problem == nil { problem = reason }
        }
        problem = problem ?? WriteConditions.problem(id: result.operation.id, for: action)
        problem = problem ?? result.conditions.problem(for: action)
        if let problem {
            throw .item(
                action, index: result.index, id: result.operation.id,
                DocumentFailure(
                    type: "illegal_argument_exception", reason: "line \(line.number): \(problem)",
                    status: 400))
        }
        result.conditions.apply(to: &result.operation)
        return result
    }

    private static let actions: [String: DocumentAction] = [
        "index": .index, "create": .create, "update": .update, "delete": .delete,
    ]

    /// Takes one member of the metadata; returns what is wrong with it.
    private mutating func set(_ key: String, _ value: JSONValue) -> String? {
        switch (key, value) {
        case ("_index", .string(let name)): index = name
        case ("_id", .string(let id)): operation.id = id
        case ("_id", .integer(let id)): operation.id = String(id)
        case ("_id", .null): break
        case ("routing", .string(let routing)), ("_routing", .string(let routing)):
            operation.routing = routing
        case ("routing", .integer(let routing)): operation.routing = String(routing)
        case ("routing", .null): break
        case ("version", .integer(let version)): conditions.version = version
        case ("version_type", .string(let type)): conditions.versionType = type
        case ("if_seq_no", .integer(let number)): conditions.sequenceNumber = number
        case ("if_primary_term", .integer(let term)): conditions.primaryTerm = term
        case ("_type", .string("_doc")), ("require_alias", .bool(false)): break
        case ("retry_on_conflict", .integer(0...)) where action == .update: break
        case ("_index", _), ("_id", _), ("routing", _), ("version", _), ("version_type", _),
            ("if_seq_no", _), ("if_primary_term", _):
            return "the action's [\(key)] cannot be \(value.bulkDescription)"
        default:
            return "the action contains an unknown parameter [\(key)]; known are _index, _id, "
                + "routing, version, version_type, if_seq_no, if_primary_term"
        }
        return nil
    }
}

extension JSONValue {
    /// A short word for an error message.
    var bulkDescription: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): "\"\(value.prefix(64))\""
        case .array: "an array"
        case .object: "an object"
        }
    }
}
