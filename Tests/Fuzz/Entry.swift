// The program that `tools/fuzz` builds: chooses a target and leaves the rest to libFuzzer.

import Foundation

/// libFuzzer's own main without its main.
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// The target that is attacked. libFuzzer runs one thread.
nonisolated(unsafe) private var target = FuzzTarget.all[0]

private func attack(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    if let finding = target.finding(in: UnsafeRawBufferPointer(start: start, count: count)) {
        FileHandle.standardError.write(Data("FINDING: \(finding)\n".utf8))
        abort()
    }
    return 0
}

@main
enum Entry {
    private static let usage = """
        Fuzz --list                   the targets
        Fuzz --seeds TARGET FOLDER    writes what a target begins with
        Fuzz TARGET [libFuzzer's arguments]

        """

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.count) {
        case ("--list", 1):
            for target in FuzzTarget.all { print("\(target.name)\t\(target.reads)") }
        case ("--seeds", 3):
            choose(arguments[2])
            let folder = URL(fileURLWithPath: arguments[3])
            for (number, seed) in try target.seeds().enumerated() {
                try Data(seed).write(to: folder.appendingPathComponent("seed-\(number)"))
            }
        case (let name?, _) where !name.hasPrefix("-"):
            choose(name)
            fuzz()
        default: fail(usage)
        }
    }

    private static func choose(_ name: String) {
        guard let named = FuzzTarget.all.first(where: { $0.name == name }) else {
            return fail("there is no target '\(name)'\n" + usage)
        }
        target = named
    }

    private static func fuzz() {
        // The target's name takes the place of the program's.
        var count = CommandLine.argc - 1
        var rest = CommandLine.unsafeArgv + 1
        exit(runDriver(&count, &rest, attack))
    }

    private static func fail(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
        exit(2)
    }
}
