// The network between nodes: connections that break before a message or after it, packets that
// vanish one way or both ways, and peers that are gone.

import Storage

@testable import Cluster

/// Shares of messages, in thousandths.
struct MessageRates {
    /// Never arrive, nor does word of it.
    var lost: UInt64 = 0
    /// The connection ends before the message arrives.
    var closedBefore: UInt64 = 0
    /// The message is handled; the connection ends before the answer arrives.
    var closedAfter: UInt64 = 0
}

/// Touched by one thread only.
final class Fabric: @unchecked Sendable {
    private struct Server {
        let number: Int
        let process: NodeProcess
        let time: NodeTime
        let handler: any MessageHandler
    }

    private struct Way: Hashable {
        let from: String
        let to: String
    }

    private let clock: VirtualClock
    private let random: any RandomSource
    private let record: Record
    private let network: Network
    private var rates: MessageRates
    private var servers: [NodeAddress: Server] = [:]
    private var cuts: Set<Way> = []
    private var calls: [Int: FabricCall] = [:]
    private var lastNumber = 0
    /// Sees every message that arrives.
    var onArrival: (MessageKind, [UInt8]) -> Void = { _, _ in }

    init(
        clock: VirtualClock, random: any RandomSource, record: Record, network: Network,
        rates: MessageRates
    ) {
        self.clock = clock
        self.random = random
        self.record = record
        self.network = network
        self.rates = rates
    }

    // MARK: Faults

    func cut(from one: String, to other: String) { cuts.insert(Way(from: one, to: other)) }
    func heal(from one: String, to other: String) { cuts.remove(Way(from: one, to: other)) }
    func isCut(from one: String, to other: String) -> Bool {
        cuts.contains(Way(from: one, to: other))
    }

    func calm() {
        rates = MessageRates()
        cuts = []
    }

    /// The process is gone: its connections end, and peers hear of it or not.
    func disconnect(_ process: NodeProcess) {
        servers = servers.filter { $0.value.process !== process }
        let isHeard = random.next(below: 3) > 0
        for (_, call) in calls.sorted(by: { $0.key < $1.key }) {
            if call.client === process {
                end(call, .failure(TransportError.closed(reason: "killed")))
            } else if call.server === process {
                call.task?.cancel()
                guard isHeard else { continue }
                later { self.end(call, .failure(TransportError.closed(reason: "reset"))) }
            }
        }
    }

    // MARK: Serving

    func serve(
        _ address: NodeAddress, _ process: NodeProcess, _ time: NodeTime,
        _ handler: any MessageHandler
    ) throws -> Int {
        guard servers[address] == nil else {
            throw TransportError.unreachable(address, reason: "the address is in use")
        }
        lastNumber += 1
        servers[address] = Server(
            number: lastNumber, process: process, time: time, handler: handler)
        return lastNumber
    }

    func stop(_ address: NodeAddress, _ number: Int) {
        guard let server = servers[address], server.number == number else { return }
        servers[address] = nil
        for (_, call) in calls.sorted(by: { $0.key < $1.key })
        where call.server === server.process {
            call.task?.cancel()
            later { self.end(call, .failure(TransportError.closed(reason: "stopped"))) }
        }
    }

    // MARK: Calling

    func call(
        _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8], deadline: Instant,
        from client: NodeProcess, _ time: NodeTime
    ) async throws -> [UInt8] {
        try Task.checkCancellation()
        guard await client.isThere() else { throw TransportError.closed(reason: "killed") }
        let remaining = deadline - time.now
        guard remaining > .zero else { throw TransportError.deadlineExceeded }
        lastNumber += 1
        let call = FabricCall(number: lastNumber, client: client)
        calls[call.number] = call
        let answer = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                call.wait(continuation)
                begin(call, to, kind, payload, remaining, time)
            }
        } onCancel: {
            end(call, .failure(CancellationError()))
            later { call.isAbandoned = true }
        }
        guard await client.isThere() else { throw TransportError.closed(reason: "killed") }
        return try answer.get()
    }

    private func begin(
        _ call: FabricCall, _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8],
        _ remaining: Duration, _ time: NodeTime
    ) {
        clock.schedule(at: clock.now + time.inWorld(remaining)) {
            self.end(call, .failure(TransportError.deadlineExceeded))
            call.isAbandoned = true
        }
        var draw = random.next(below: 1000)
        var closesAfter = false
        if draw < rates.lost { return record.note(.lostMessages) }
        draw -= rates.lost
        if draw < rates.closedBefore {
            record.note(.closedConnections)
            return later { self.end(call, .failure(TransportError.closed(reason: "reset"))) }
        }
        draw -= rates.closedBefore
        closesAfter = draw < rates.closedAfter
        later {
            self.arrive(call, to, kind, payload, remaining, closesAfter: closesAfter)
        }
    }

    private func arrive(
        _ call: FabricCall, _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8],
        _ remaining: Duration, closesAfter: Bool
    ) {
        guard let server = servers[to] else {
            return later {
                self.end(
                    call, .failure(TransportError.unreachable(to, reason: "nobody serves there")))
            }
        }
        let (host, peer) = (server.process.host, call.client.host)
        guard !isCut(from: peer, to: host) else { return record.note(.cutMessages) }
        record.note(.messages)
        record.trace(server.process.name, "hears \(kind) of \(peer)")
        onArrival(kind, payload)
        call.server = server.process
        let deadline = server.time.now + remaining
        call.task = Task {
            guard await server.process.isThere() else { return }
            let result: Result<[UInt8], any Error>
            do {
                result = .success(
                    try await server.handler.handle(kind, payload, deadline: deadline))
            } catch {
                result = .failure(RemoteError(describing: error))
            }
            guard await server.process.isThere() else { return }
            self.later {
                if self.isCut(from: host, to: peer) { return self.record.note(.cutMessages) }
                if closesAfter {
                    self.record.note(.closedConnections)
                    self.end(call, .failure(TransportError.closed(reason: "reset")))
                } else {
                    self.end(call, result)
                }
            }
        }
        if call.isAbandoned { call.task?.cancel() }
    }

    private func end(_ call: FabricCall, _ result: Result<[UInt8], any Error>) {
        calls[call.number] = nil
        call.settle(result)
    }

    private func later(_ action: @escaping () -> Void) {
        clock.schedule(at: clock.now + network.way(), action)
    }
}

/// One message and its answer. Touched by one thread only.
final class FabricCall: @unchecked Sendable {
    typealias Answer = Result<[UInt8], any Error>

    let number: Int
    let client: NodeProcess
    var server: NodeProcess?
    /// Answers.
    var task: Task<Void, Never>?
    /// Nobody waits for the answer any more, and the server has heard of it.
    var isAbandoned = false {
        didSet { if isAbandoned { task?.cancel() } }
    }
    private var answer: Answer?
    private var continuation: UnsafeContinuation<Answer, Never>?

    init(number: Int, client: NodeProcess) {
        self.number = number
        self.client = client
    }

    func wait(_ continuation: UnsafeContinuation<Answer, Never>) {
        if let answer { return continuation.resume(returning: answer) }
        self.continuation = continuation
    }

    /// The first answer counts.
    func settle(_ answer: Answer) {
        guard self.answer == nil else { return }
        self.answer = answer
        continuation?.resume(returning: answer)
        continuation = nil
    }
}

/// The network as one process sees it.
final class FabricTransport: Transport {
    private let fabric: Fabric
    private let process: NodeProcess
    private let time: NodeTime
    private let mutation: ClusterMutation?

    init(fabric: Fabric, process: NodeProcess, time: NodeTime, mutation: ClusterMutation?) {
        self.fabric = fabric
        self.process = process
        self.time = time
        self.mutation = mutation
    }

    func call(
        _ to: NodeAddress, _ kind: MessageKind, _ payload: [UInt8], deadline: Instant
    ) async throws -> [UInt8] {
        guard let mutation else {
            return try await fabric.call(
                to, kind, payload, deadline: deadline, from: process, time)
        }
        return try await mutation.call(kind, payload) {
            try await fabric.call(to, kind, $0, deadline: deadline, from: process, time)
        }
    }

    func serve(
        at address: NodeAddress, _ handler: any MessageHandler
    ) async throws -> any TransportServer {
        guard await process.isThere() else { throw TransportError.closed(reason: "killed") }
        let number = try fabric.serve(address, process, time, handler)
        return FabricServer(address: address, number: number, fabric: fabric)
    }

    func close() async {}
}

private struct FabricServer: TransportServer {
    let address: NodeAddress
    let number: Int
    let fabric: Fabric

    func stop() async { fabric.stop(address, number) }
}
