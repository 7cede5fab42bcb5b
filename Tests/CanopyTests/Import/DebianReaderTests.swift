import Testing
@testable import canopy

@Suite struct DebianReaderTests {
    private static let text = """
        Package: bash
        Version: 5.2-2
        Architecture: amd64
        Installed-Size: 7164
        Maintainer: Matthias Klose <doko@debian.org>
        Depends: base-files (>= 2.1.12), debianutils (>= 5.6-0.1) | mawk:any
        Section: shells
        Priority: required
        Homepage: http://tiswww.case.edu/php/chet/bash/bashtop.html
        Description: GNU Bourne Again SHell
         Bash is a shell.
         .
         It reads.
        Tag: admin::shell, devel::interpreter,
         role::program

        Package: empty
        """

    private func read(
        _ text: String, translations: [String: String] = [:]
    ) throws -> [ReadRecord] {
        let folder = try TemporaryFolder()
        var reader = DebianReader(
            try lines(text, in: folder, name: "Packages"), idField: nil,
            translations: translations)
        return try readAll(&reader)
    }

    @Test func fieldsBecomeMembers() throws {
        let records = try read(Self.text)
        #expect(records.count == 2)
        #expect(records[0].id == "bash_5.2-2_amd64")
        #expect(
            records[0].document
                == #"{"package":"bash","version":"5.2-2","section":"shells","priority":"required","#
                + #""architecture":"amd64","description":"GNU Bourne Again SHell","#
                + #""body":"Bash is a shell.\n\nIt reads.","#
                + #""homepage":"http://tiswww.case.edu/php/chet/bash/bashtop.html","#
                + #""maintainer":"Matthias Klose <doko@debian.org>","#
                + #""tags":["admin::shell","devel::interpreter","role::program"],"#
                + #""installed_size":7164,"depends":["base-files","debianutils","mawk"]}"#)
        #expect(records[1] == ReadRecord(line: 17, id: "empty", document: #"{"package":"empty"}"#))
    }

    @Test func brokenParagraphsAreNamed() throws {
        let records = try read(
            "Version: 1\n\n continued\nPackage: a\n\nnonsense\nPackage: b\n\nPackage: c\n")
        #expect(records.map(\.isMalformed) == [true, true, true, false])
        #expect(records[0].document == "the paragraph has no Package field")
        #expect(records[1].document == "line 3: a continuation line without a field before it")
        #expect(records[2].document.hasPrefix("line 6: 'nonsense' is neither"))
    }

    @Test func longTextsComeFromTranslations() throws {
        let records = try read(
            "Package: a\nDescription: short\nDescription-md5: 12ab\n",
            translations: ["12ab": "the long text"])
        #expect(
            records[0].document
                == #"{"package":"a","description":"short","body":"the long text"}"#)
    }

    @Test func foldersOfLists() throws {
        let folder = try TemporaryFolder([
            "x_main_Packages": "Package: b\n\n",
            "a_main_Packages": "Package: a\nDescription-md5: f\n\n",
            "x_i18n_Translation-en":
                "Package: a\nDescription-md5: f\nDescription-en: s\n Long.\n\n",
            "lock": "",
        ])
        var reader = try DebianSource.reader(path: folder.path, idField: nil)
        let records = try readAll(&reader)
        #expect(
            records.map(\.document) == [
                #"{"package":"a","body":"Long."}"#, #"{"package":"b"}"#,
            ])
    }
}
