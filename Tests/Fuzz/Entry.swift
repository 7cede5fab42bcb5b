// What libFuzzer calls. The program is built by `tools/fuzz` alone.

import Foundation

/// The target that CANOPY_FUZZ_TARGET names. libFuzzer runs one thread.
nonisolated(unsafe) private var chosen: FuzzTarget?

/// With CANOPY_FUZZ_SEEDS the target's seeds are written to that folder and nothing is fuzzed;
/// without a target the targets are listed.
@_cdecl("LLVMFuzzerInitialize")
public func begin(_ argc: UnsafeMutableRawPointer, _ argv: UnsafeMutableRawPointer) -> CInt {
    let environment = ProcessInfo.processInfo.environment
    guard let name = environment["CANOPY_FUZZ_TARGET"] else {
        for target in FuzzTarget.all { print("\(target.name)\t\(target.reads)") }
        exit(0)
    }
    chosen = FuzzTarget.all.first { $0.name == name }
    guard let chosen else {
        FileHandle.standardError.write(Data("there is no target '\(name)'\n".utf8))
        exit(2)
    }
    guard let folder = environment["CANOPY_FUZZ_SEEDS"] else { return 0 }
    do {
        for (number, seed) in try chosen.seeds().enumerated() {
            try Data(seed).write(to: URL(fileURLWithPath: "\(folder)/seed-\(number)"))
        }
    } catch {
        FileHandle.standardError.write(Data("the seeds cannot be written: \(error)\n".utf8))
        exit(2)
    }
    exit(0)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func attack(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    if let finding = chosen?.finding(in: input) {
        FileHandle.standardError.write(Data("FINDING: \(finding)\n".utf8))
        abort()
    }
    return 0
}
