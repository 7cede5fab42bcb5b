// Holds the module table of the architecture document: who may import whom.
import Foundation
import Testing

/// The rows of the table in Architecture.md: module → modules it may import.
struct ModuleTable {
    let rows: [String: Set<String>]

    init() throws {
        let text = try SourceTree.read("Sources/canopy/Canopy.docc/Architecture.md")
        var rows: [String: Set<String>] = [:]
        var inside = false
        for line in text.split(separator: "\n") {
            if line.hasPrefix("| module |") {
                inside = true
                continue
            }
            guard inside, line.hasPrefix("|") else {
                inside = false
                continue
            }
            let cells = line.split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard cells.count == 3, !cells[0].hasPrefix("---") else { continue }
            rows[cells[0]] = Set(
                cells[2].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                    .filter { $0 != "–" })
        }
        if let all = rows["canopy"], all == ["all"] { rows["canopy"] = Set(rows.keys) }
        self.rows = rows
    }

    /// What a module may import: its row, and what those rows reach in turn.
    func reach(of module: String) -> Set<String> {
        var seen: Set<String> = []
        var open = Array(rows[module] ?? [])
        while let next = open.popLast() {
            if seen.insert(next).inserted { open += rows[next] ?? [] }
        }
        return seen
    }
}

@Suite struct ModuleTableTests {
    static let modules: Set<String> = [
        "CICU", "Analysis", "Storage", "Queries", "Segments", "Execution", "Shards", "Cluster",
        "Backends", "Leaf", "Root", "Front", "canopy",
    ]

    @Test func theTableNamesEveryModule() throws {
        let table = try ModuleTable()
        #expect(Set(table.rows.keys) == Self.modules)
    }

    @Test func importsStayInsideTheTable() throws {
        let table = try ModuleTable()
        for file in SourceTree.swift where file.module != "canopy" {
            let allowed = table.reach(of: file.module)
            for line in file.code {
                guard let name = importedModule(line), Self.modules.contains(name) else { continue }
                #expect(
                    allowed.contains(name),
                    "\(file.path) imports \(name), which the module table does not allow")
            }
        }
    }

    @Test func rootAndFrontNeverSeeASegment() throws {
        let table = try ModuleTable()
        for module in ["Root", "Front"] {
            #expect(table.reach(of: module).isDisjoint(with: ["Segments", "Execution", "Shards"]))
        }
    }

    @Test func lowModulesAreSynchronous() {
        let quiet: Set<String> = ["Analysis", "Queries", "Segments", "Execution"]
        for file in SourceTree.swift where quiet.contains(file.module) {
            for (number, line) in file.code.enumerated() {
                let words = line.split { !$0.isLetter && $0 != "_" }
                let isProtocolPromise =
                    file.path.hasSuffix("SearchService.swift") && words.contains("func")
                #expect(
                    !words.contains("await") && !words.contains("actor")
                        && (!words.contains("async") || isProtocolPromise),
                    "\(file.path):\(number + 1): async and actors begin at Shards and Cluster")
            }
        }
    }

    private func importedModule(_ line: String) -> String? {
        let words = line.split(separator: " ").map(String.init)
        let before: Set<String> = ["public", "private", "internal", "package"]
        guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
            words[..<position].allSatisfy({ $0.hasPrefix("@") || before.contains($0) })
        else { return nil }
        return words[words.count - 1]
    }
}
