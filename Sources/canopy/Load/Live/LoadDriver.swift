// Runs a load plan on one event loop: one timer paces the arrivals, one pool of connections carries
// the requests. Decisions are OpenLoop's, sums are StepTally's; here are the clock and the sockets.

import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Drives a load test. Every method runs on the event loop it was made on.
final class LoadDriver {
    /// Arrivals due within this time of each other are sent by one wake-up of the loop.
    private static let wakeInterval: Int64 = 50_000
    private static let housekeepingInterval: TimeAmount = .milliseconds(5)
    private static let reconnectDelay: TimeAmount = .milliseconds(200)
    private static let connectLimit: TimeAmount = .seconds(5)

    private let plan: LoadPlan
    private let loop: NIOIsolatedEventLoop
    private let group: any EventLoopGroup
    private let promise: EventLoopPromise<LoadOutcome>
    private let progress: LoadProgress
    private let finished: @Sendable (StepResult) -> Void
    private let tls: NIOSSLContext?

    private var openLoop: OpenLoop
    private var connections: [SearchConnection?]
    private var pendingConnects: Int
    private var connectTrouble: String?
    private var hasStarted = false
    private var hasEnded = false

    private var step = -1
    private var schedule: ArrivalSchedule
    private var chooser: QueryChooser
    private var tally: StepTally
    /// Nanoseconds of the loop's clock at the step's start.
    private var stepStart: Int64 = 0
    private var nextDue: Int64?
    private var stepCPU = 0.0
    private var waitedBefore: Int64 = 0
    private var comparison: AnswerComparison?
    private var results: [StepResult] = []

    /// Runs a plan on a loop of its own.
    /// - Parameter finished: called on that loop after each reported step.
    static func run(
        _ plan: LoadPlan, progress: LoadProgress, finished: @escaping @Sendable (StepResult) -> Void
    ) async throws -> LoadOutcome {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let promise = loop.makePromise(of: LoadOutcome.self)
        let tls = plan.usesTLS ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil
        loop.execute {
            LoadDriver(plan, loop, group, tls, promise, progress, finished).connectAll()
        }
        let result: Result<LoadOutcome, any Error>
        do { result = .success(try await promise.futureResult.get()) } catch {
            result = .failure(error)
        }
        try await group.shutdownGracefully()
        return try result.get()
    }

    private init(
        _ plan: LoadPlan, _ loop: any EventLoop, _ group: any EventLoopGroup, _ tls: NIOSSLContext?,
        _ promise: EventLoopPromise<LoadOutcome>, _ progress: LoadProgress,
        _ finished: @escaping @Sendable (StepResult) -> Void
    ) {
        self.plan = plan
        self.loop = loop.assumeIsolated()
        self.group = group
        self.tls = tls
        self.promise = promise
        self.progress = progress
        self.finished = finished
        openLoop = OpenLoop(
            connections: plan.connections, limit: Int64(plan.timeLimit.seconds * 1e9))
        connections = Array(repeating: nil, count: plan.connections)
        pendingConnects = plan.connections
        schedule = plan.schedule(step: 0)
        chooser = plan.chooser(step: 0)
        tally = StepTally(duration: plan.steps[0].duration)
        comparison =
            plan.comparesAnswers ? AnswerComparison(queryCount: plan.queries.count) : nil
    }

    private var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds) }

    // MARK: Connections

    private func connectAll() {
        for slot in connections.indices { connect(slot) }
    }

    private func connect(_ slot: Int) {
        let bound = NIOLoopBound(self, eventLoop: loop.nonisolated())
        let (host, tls) = (plan.host, tls)
        ClientBootstrap(group: loop.nonisolated())
            .connectTimeout(Self.connectLimit)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(
                            try NIOSSLClientHandler(context: tls, serverHostname: host))
                    }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(SearchConnection(slot: slot, driver: bound.value))
                }
            }
            .connect(host: plan.host, port: plan.port)
            .assumeIsolated()
            .whenComplete { result in
                self.pendingConnects -= 1
                if case .failure(let error) = result {
                    self.connectTrouble = ServerConnection.words(for: error)
                    if self.hasStarted { self.closed(slot, isUnheard: false) }
                }
                self.startWhenConnected()
            }
    }

    private func startWhenConnected() {
        guard !hasStarted, pendingConnects == 0 else { return }
        guard connections.contains(where: { $0 != nil }) else {
            let words = connectTrouble ?? "every connection was closed at once"
            let scheme = plan.usesTLS ? "https" : "http"
            end(
                .failure(
                    ServerUnreachable(url: "\(scheme)://\(plan.host):\(plan.port)", reason: words)))
            return
        }
        hasStarted = true
        for slot in connections.indices where connections[slot] == nil { reconnect(slot) }
        startStep()
        housekeep()
    }

    private func reconnect(_ slot: Int) {
        guard !hasEnded else { return }
        loop.scheduleTask(in: Self.reconnectDelay) {
            guard !self.hasEnded else { return }
            self.pendingConnects += 1
            self.connect(slot)
        }
    }

    func opened(_ slot: Int, _ connection: SearchConnection) {
        connections[slot] = connection
        if let arrival = openLoop.opened(slot) { send(arrival, on: slot) }
        sendWaiting()
    }

    /// - Parameter isUnheard: The connection was not opened for its request, and none of the answer
    ///   came: the request is sent again, once.
    func closed(_ slot: Int, isUnheard: Bool) {
        connections[slot] = nil
        if isUnheard, openLoop.closedUnheard(slot) {
            tally.sentAgain += 1
            pendingConnects += 1
            return connect(slot)
        }
        if let arrival = openLoop.closed(slot) {
            finish(arrival, .failed("the connection was closed"), now)
        }
        if hasStarted { reconnect(slot) }
    }

    // MARK: Requests

    func answered(_ slot: Int, _ answer: LoadAnswer) {
        let time = now
        guard let arrival = openLoop.answered(slot) else { return }
        if !answer.keepsAlive {
            _ = openLoop.closed(slot)
        }
        switch answer.status {
        case 200:
            let digest = answer.body.withUnsafeReadableBytes {
                AnswerDigest($0, digests: comparison != nil)
            }
            if digest.isBroken {
                finish(arrival, .failed("an answer that is no JSON object"), time)
            } else {
                tally.take(
                    digest, byteCount: answer.body.readableBytes, cacheVerdict: answer.cacheVerdict)
                comparison?.take(query: arrival.query, digest: digest.digest)
                finish(arrival, .answered, time)
            }
        case 429:
            finish(arrival, .refused, time)
        default:
            finish(arrival, .failed("status \(answer.status)"), time)
        }
        sendWaiting()
    }

    private func finish(_ arrival: Arrival, _ outcome: ArrivalOutcome, _ time: Int64) {
        tally.end(
            outcome, intended: arrival.intended - stepStart, now: time - stepStart,
            tags: plan.queries[arrival.query].tags)
    }

    private func sendWaiting() {
        while let next = openLoop.nextSend() { send(next.arrival, on: next.connection) }
    }

    private func send(_ arrival: Arrival, on slot: Int) {
        let body = plan.template.body(for: plan.queries[arrival.query].text)
        var headers = plan.headers
        headers.add(name: "content-length", value: String(body.count))
        connections[slot]?.send(
            HTTPRequestHead(
                version: .http1_1, method: .POST, uri: plan.target, headers: headers), body)
    }

    // MARK: Time

    /// Sends what is due and sleeps until the next arrival.
    private func pace() {
        let time = now
        while let due = nextDue, due <= time {
            tally.offer(intended: due - stepStart, late: time - due)
            openLoop.arrive(Arrival(query: chooser.next(), intended: due))
            nextDue = schedule.next().map { stepStart + $0 }
        }
        sendWaiting()
        guard let due = nextDue else { return }
        let wake = max(due, time + Self.wakeInterval)
        loop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(wake))) { self.pace() }
    }

    /// Gives up what took too long, shows progress, and ends the step when all is told.
    private func housekeep() {
        guard !hasEnded else { return }
        let time = now
        let expired = openLoop.expire(now: time)
        for arrival in expired.arrivals { finish(arrival, .timedOut, time) }
        for slot in expired.connections { connections[slot]?.close() }
        showProgress(time)
        if nextDue == nil && openLoop.isDrained { endStep(time) }
        loop.scheduleTask(in: Self.housekeepingInterval) { self.housekeep() }
    }

    private func startStep() {
        step += 1
        guard step < plan.steps.count else {
            end(.success(LoadOutcome(steps: results, comparison: comparison)))
            return
        }
        schedule = plan.schedule(step: step)
        chooser = plan.chooser(step: step)
        tally = StepTally(duration: plan.steps[step].duration)
        stepCPU = Self.ownCPUSeconds()
        waitedBefore = openLoop.waitedForConnection
        stepStart = now
        nextDue = schedule.next().map { stepStart + $0 }
        pace()
    }

    private func endStep(_ time: Int64) {
        if !plan.steps[step].isWarmUp {
            let result = StepResult(
                tally, rate: plan.steps[step].rate, duration: plan.steps[step].duration,
                waitedForConnection: openLoop.waitedForConnection - waitedBefore,
                ownCPUSeconds: Self.ownCPUSeconds() - stepCPU,
                elapsed: .nanoseconds(time - stepStart))
            results.append(result)
            finished(result)
        }
        startStep()
    }

    private func end(_ result: Result<LoadOutcome, any Error>) {
        hasEnded = true
        for connection in connections { connection?.close() }
        promise.completeWith(result)
    }

    private func showProgress(_ time: Int64) {
        let current = plan.steps[step]
        let isWarmUp = current.isWarmUp
        let warmUps = plan.steps.prefix(step).count { $0.isWarmUp }
        progress.set(
            LoadProgress.State(
                step: step + 1 - warmUps, stepCount: plan.steps.count { !$0.isWarmUp },
                rate: current.rate, isWarmUp: isWarmUp,
                secondsLeft: current.duration.seconds - Double(time - stepStart) / 1e9,
                offered: tally.offered, answered: tally.answered, refused: tally.refused,
                troubles: tally.timedOut + tally.failures.values.reduce(0, +),
                waiting: openLoop.waiting))
    }

    /// CPU time of this process, user and system.
    private static func ownCPUSeconds() -> Double {
        // RUSAGE_SELF, whose type differs between systems.
        let ownProcess: Int32 = 0
        var usage = rusage()
        guard getrusage(ownProcess, &usage) == 0 else { return 0 }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
