// Holds the sizes of style: files, functions and lines short enough to read.
import Testing

@Suite struct SizeTests {
    static let sourceLineLimit = 600
    static let testLineLimit = 1_000
    static let functionLineLimit = 70
    static let widthLimit = 100

    @Test func filesStaySmall() {
        for file in SourceTree.swift {
            #expect(file.lines.count <= Self.sourceLineLimit, "\(file.path) is too long")
        }
        for file in SourceTree.tests {
            #expect(file.lines.count <= Self.testLineLimit, "\(file.path) is too long")
        }
    }

    @Test func linesStayNarrow() {
        for file in SourceTree.swift + SourceTree.tests {
            for (number, line) in file.lines.enumerated() where line.count > Self.widthLimit {
                Issue.record("\(file.path):\(number + 1) is \(line.count) characters wide")
            }
        }
    }

    @Test func functionsStayShort() {
        for file in SourceTree.swift {
            for function in functions(in: file) where function.length > Self.functionLineLimit {
                Issue.record("\(file.path):\(function.line) has \(function.length) lines")
            }
        }
    }

    @Test func filesSayWhatTheyAre() {
        for file in SourceTree.swift {
            let first = file.lines.first ?? ""
            #expect(first.hasPrefix("//"), "\(file.path) does not open with what it is")
        }
    }

    private func functions(in file: SourceFile) -> [(line: Int, length: Int)] {
        var open: [(line: Int, depth: Int)] = []
        var found: [(Int, Int)] = []
        var depth = 0
        var pending: Int?
        for (index, line) in file.code.enumerated() {
            let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            let isInitializer = line.contains("init(") && !line.contains(".init(")
            if words.contains("func") || isInitializer {
                pending = index + 1
            }
            for character in line {
                if character == "{" {
                    depth += 1
                    if let start = pending {
                        open.append((start, depth))
                        pending = nil
                    }
                } else if character == "}" {
                    if let last = open.last, last.depth == depth {
                        found.append((last.line, index + 1 - last.line + 1))
                        open.removeLast()
                    }
                    depth -= 1
                }
            }
        }
        return found
    }
}
