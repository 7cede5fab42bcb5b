import Foundation
import Testing
@testable import canopy

@Suite struct FolderReaderTests {
    private func file(_ text: String, _ path: String) throws -> DocumentFile {
        DocumentFile(text, kind: try #require(DocumentFile.Kind(path: path)), path: path)
    }

    @Test func walksInOneOrderAndResumes() throws {
        let folder = try TemporaryFolder([
            "b.md": "# B", "a/z.txt": "z", "a/a.html": "<p>x", "a.txt": "first", ".git/c.md": "no",
            "pic.png": "no", "c/d/e.txt": "deep",
        ])
        var reader = try FolderReader(root: folder.path)
        let all = try readAll(&reader)
        let order = ["a/a.html", "a/z.txt", "a.txt", "b.md", "c/d/e.txt"]
        #expect(all.map(\.id) == order)
        for (index, path) in order.enumerated() {
            var second = try FolderReader(root: folder.path)
            try second.skip(to: ReadPosition(path: path))
            #expect(try readAll(&second).map(\.id) == Array(order[(index + 1)...]))
        }
        // The last path of the checkpoint may be gone.
        var third = try FolderReader(root: folder.path)
        try third.skip(to: ReadPosition(path: "a/b.txt"))
        #expect(try readAll(&third).map(\.id) == Array(order[1...]))
    }

    @Test func binaryFilesAreRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write("a.txt", Data([65, 0, 66]))
        var reader = try FolderReader(root: folder.path)
        #expect(try readAll(&reader).map(\.document) == ["the file is not text"])
    }

    @Test func frontMatterBecomesFields() throws {
        let text = """
            ---
            title: "The Title"
            tags: [one, 'two']
            authors:
              - Ann
              - Bob
            date: 2026-01-02
            # a comment
            path: ignored
            ---
            # Heading
            Text --- with dashes.
            """
        let page = try file(text, "x/y.md")
        #expect(page.title == "The Title")
        #expect(page.body == "# Heading\nText --- with dashes.")
        let properties = page.properties.map { "\($0.name)=\($0.values.joined(separator: "|"))" }
        #expect(properties == ["tags=one|two", "authors=Ann|Bob", "date=2026-01-02"])
    }

    @Test func titlesOfMarkdown() throws {
        #expect(try file("intro\n\n## Two ##\n", "a.md").title == "Two")
        #expect(try file("Setext\n======\n", "a.md").title == "Setext")
        #expect(try file("```\n# code\n```\n# Real\r\n", "a.md").title == "Real")
        #expect(try file("nothing", "dir/name.v2.md").title == "name.v2")
        #expect(try file("--- no front matter\n# H", "a.md").title == "H")
    }

    @Test func pagesLoseTheirTags() throws {
        let html = """
            <!DOCTYPE html><html><head><title>A &amp; B</title>
            <style>p > a { color: red }</style><script>if (a < b) "</p>"</script></head>
            <body><!-- <p>no</p> --><h1>Head<em>ing</em></h1><p title="a > b">One<br>two</p>
            <p>caf&eacute; &#8212; &#x41;&unknown; 3 < 4</p></body></html>
            """
        let page = HTMLText(html)
        #expect(page.title == "A & B")
        #expect(page.body == "Heading One two café — A&unknown; 3 < 4")
        #expect(HTMLText("<h1>Only <b>this</b></h1>x").title == "Only this")
    }

    @Test(arguments: [
        "<", "<a", "<a href=\"", "<!--", "</", "<script>", "<title>x", "&", "&#;", "<!",
    ])
    func cutPagesDoNotCrash(html: String) {
        #expect(HTMLText(html).body.count <= html.count)
    }
}
