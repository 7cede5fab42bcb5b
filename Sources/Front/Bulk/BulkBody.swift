// The body of a bulk request as a list of writes, in one pass. Documents stay bytes.

import Analysis
import Queries

/// The parsed body. A line that is bad only for itself becomes a refused item; the rest goes in.
struct BulkBody {
    enum Item {
        /// `line` is where the document stands (the action, for a delete).
        case write(index: String, DocumentOperation, line: Int)
        case refused(DocumentAction, index: String, id: String, DocumentFailure)
    }

    private(set) var items: [Item] = []

    /// - Parameter defaultIndex: the index in the path, for actions that name none.
    /// - Throws: when the body as a whole cannot be told apart into items; says which line.
    init(_ body: [UInt8], defaultIndex: String?) throws(RequestError) {
        guard !body.isEmpty else {
            throw .illegalArgument("request body is required: one action per line")
        }
        guard body.last == UInt8(ascii: "\n") else {
            let lines = body.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
            throw .illegalArgument(
                "The bulk request must be terminated by a newline [\\n]; line \(lines), the last "
                    + "one, is not, and may have been cut off")
        }
        var lines = BulkLines(body)
        while let line = lines.nextContent() {
            items.append(try Self.item(line, &lines, defaultIndex))
        }
        guard !items.isEmpty else {
            throw .illegalArgument("the bulk request has no actions: all its lines are blank")
        }
    }

    private static func item(
        _ line: BulkLines.Line, _ lines: inout BulkLines, _ defaultIndex: String?
    ) throws(RequestError) -> Item {
        var action: BulkAction
        switch BulkAction.parse(line) {
        case .success(let parsed): action = parsed
        case .failure(.request(let reason)): throw .illegalArgument(reason)
        case .failure(.item(let action, let index, let id, let failure)):
            if action != .delete { _ = lines.next() }
            return .refused(action, index: index ?? defaultIndex ?? "", id: id, failure)
        }
        var problem: String?
        var place = line.number
        if action.action != .delete {
            guard let source = lines.next() else {
                throw .illegalArgument(
                    "line \(line.number) is an action without its document: the request ends there")
            }
            place = source.number
            if source.isBlank {
                problem = "the document is missing"
            } else if action.action == .update {
                problem = UpdateBody.read(source.bytes, into: &action.operation)
            } else {
                action.operation.source = Array(source.bytes)
            }
        }
        let index = action.index ?? defaultIndex ?? ""
        if index.isEmpty { problem = problem ?? "the action names no index, nor does the path" }
        if let problem {
            let failure = DocumentFailure(
                type: "illegal_argument_exception", reason: "line \(place): \(problem)",
                status: 400)
            return .refused(action.action, index: index, id: action.operation.id, failure)
        }
        return .write(index: index, action.operation, line: place)
    }
}
