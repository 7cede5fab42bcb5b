// A worker in a process of its own: this program again, told what to do by arguments, read by
// lines, stopped by the end of its input.

import Foundation
import Synchronization

final class WorkerProcess: Sendable {
    enum Event: Sendable {
        case worker(WorkerEvent)
        /// The process is gone; with words for an end that was not wanted.
        case ended(String?)
    }

    /// Ends after `ended`.
    let events: AsyncStream<Event>
    /// The writing end of the child's standard input; -1 once it is closed.
    private let input: Mutex<Int32>

    /// - Throws: `QueueError` when the process cannot be started.
    init(arguments: [String]) throws {
        let path = Bundle.main.executablePath ?? CommandLine.arguments[0]
        let (childInput, input) = try Self.pipe()
        let (output, childOutput) = try Self.pipe()
        self.input = Mutex(input)
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
        events = stream
        Thread.detachNewThread {
            let child = Process()
            child.executableURL = URL(fileURLWithPath: path)
            child.arguments = arguments
            child.standardInput = FileHandle(fileDescriptor: childInput, closeOnDealloc: false)
            child.standardOutput = FileHandle(fileDescriptor: childOutput, closeOnDealloc: false)
            let problem: String?
            do {
                try child.run()
                close(childInput)
                close(childOutput)
                Self.readLines(output) { continuation.yield(.worker($0)) }
                child.waitUntilExit()
                problem = Self.problem(child)
            } catch {
                close(childInput)
                close(childOutput)
                problem = "it cannot be started: \(error.localizedDescription)"
            }
            close(output)
            continuation.yield(.ended(problem))
            continuation.finish()
        }
    }

    deinit { stop() }

    /// Lets the worker give back what it has and end.
    func stop() {
        input.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    private static func problem(_ child: Process) -> String? {
        if child.terminationReason == .uncaughtSignal {
            return "it was ended by signal \(child.terminationStatus); its item goes on with "
                + "another when the lease runs out"
        }
        return child.terminationStatus == 0
            ? nil : "it ended with status \(child.terminationStatus)"
    }

    private static func readLines(_ descriptor: Int32, _ take: (WorkerEvent) -> Void) {
        var line: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            for byte in chunk[..<count] {
                if byte != 0x0A {
                    line.append(byte)
                    continue
                }
                if let event = WorkerEvent(line: line) { take(event) }
                line.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Not inherited by other children: the end of one's input is its own.
    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else {
            throw QueueError(
                place: "starting a worker", reason: String(cString: strerror(errno)),
                remedy: "Start fewer --workers, or raise the limit of open files")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}
