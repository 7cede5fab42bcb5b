// Holds the rules that a reader cannot see at a glance: what may not be called, named or left.
import Foundation
import Testing

@Suite struct HouseRulesTests {
    /// Calls that reach for a world nobody handed in; files in a folder named Live may.
    static let ambient = [
        "Date()", "Task.sleep", "Task.yield", "Task.detached", "UUID()", "DispatchQueue",
        "DispatchTime",
        ".random(in", "SystemRandomNumberGenerator", ".shuffled()", ".randomElement()",
        "ContinuousClock", "SuspendingClock", "clock_gettime",
    ]
    static let unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "not implemented"]

    @Test func nothingReachesForTheAmbientWorld() {
        for file in SourceTree.swift where !file.isLive {
            for (number, line) in file.code.enumerated() {
                for call in Self.ambient where line.contains(call) {
                    Issue.record("\(file.path):\(number + 1) calls \(call): take it from World")
                }
            }
        }
    }

    @Test func nothingIsLeftUnfinished() {
        for file in SourceTree.swift {
            for (number, line) in file.lines.enumerated() {
                for word in Self.unfinished where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1) says \(word)")
                }
            }
        }
    }

    @Test func nothingIsUnchecked() throws {
        #expect(try !SourceTree.read("Package.swift").contains("-Ounchecked"))
        for file in SourceTree.swift {
            for (number, line) in file.code.enumerated()
            where line.contains("try!") || line.contains("fatalError(") {
                Issue.record("\(file.path):\(number + 1) can take the process down")
            }
        }
    }

    @Test func noTypeCarriesItsModulesName() {
        let kinds: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
        for file in SourceTree.swift where file.module != "canopy" {
            for line in file.code {
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
                for (word, next) in zip(words, words.dropFirst())
                where kinds.contains(word) && next == Substring(file.module) {
                    Issue.record("\(file.path): type \(next) carries its module's name")
                }
            }
        }
    }

    @Test func noFileIsNamedForNothing() {
        for file in SourceTree.swift {
            for word in ["Util", "Helper", "Manager", "Common", "Misc"] {
                #expect(!file.path.contains(word), "\(file.path): what does it hold?")
            }
        }
    }

    @Test func theTopLevelHoldsNothingElse() throws {
        let allowed: Set<String> = [
            "Package.swift", "Sources", "Tests", "corpus", "deploy", "tools", "README.md",
            "LICENSE", "CHANGELOG.md", "Package.resolved",
        ]
        for name in try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path)
        where !name.hasPrefix(".") {
            #expect(allowed.contains(name), "\(name) does not belong at the top level")
        }
    }

    @Test func documentsLinkToWhatExists() throws {
        var documents = SourceTree.files(under: "Sources", withExtension: "md")
        for folder in ["corpus", "deploy", "tools", "Tests"] {
            documents += SourceTree.files(under: folder, withExtension: "md")
        }
        for name in ["README.md", "CHANGELOG.md"] {
            documents.append(SourceFile(path: name, text: try SourceTree.read(name)))
        }
        let link = try Regex<(Substring, Substring)>(#"\]\(([^)#\s]+)[^)]*\)"#)
        for document in documents where !document.path.hasPrefix("corpus/articles") {
            let folder = SourceTree.root.appendingPathComponent(document.path)
                .deletingLastPathComponent()
            for match in document.text.matches(of: link) {
                let target = String(match.output.1)
                guard !target.contains("://"), !target.hasPrefix("doc:") else { continue }
                #expect(
                    FileManager.default.fileExists(
                        atPath: folder.appendingPathComponent(target).path),
                    "\(document.path) links to \(target), which is not there")
            }
        }
    }
}
