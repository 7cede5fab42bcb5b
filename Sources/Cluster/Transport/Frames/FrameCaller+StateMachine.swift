// What the asking side of a connection does about calls, answers and time; no sockets.

import NIOCore
import Storage

extension FrameCaller {
    /// The connection had ended before the call was written to it.
    struct NotSent: Error {
        let reason: TransportError
    }

    /// `Waiter` is whoever waits for a call's answer.
    struct StateMachine<Waiter> {
        private struct Call {
            let waiter: Waiter
            let deadline: Instant
            /// The frame, while it waits for the connection to become writable.
            var waiting: Frame?
        }

        private var calls: [UInt64: Call] = [:]
        /// Calls to be written, oldest first; those that ended meanwhile are skipped.
        private var queue: CircularBuffer<UInt64> = []
        private var waitingBytes = 0
        private var lastReceived: Instant
        private var lastProbe: Instant
        private var closeReason: TransportError?
        private let limits: TransportLimits

        init(limits: TransportLimits, now: Instant) {
            self.limits = limits
            lastReceived = now
            lastProbe = now
        }

        var earliestDeadline: Instant? { calls.values.lazy.map(\.deadline).min() }

        enum SendAction {
            case write(Frame)
            case wait
            case fail(Waiter, any Error)
        }

        mutating func send(
            _ frame: Frame, deadline: Instant, waiter: Waiter, isWritable: Bool
        ) -> SendAction {
            if let closeReason { return .fail(waiter, NotSent(reason: closeReason)) }
            let byteCount = frame.payload.readableBytes
            if isWritable, queue.isEmpty {
                calls[frame.id] = Call(waiter: waiter, deadline: deadline)
                return .write(frame)
            }
            guard waitingBytes + byteCount <= limits.waitingBytes else {
                return .fail(waiter, TransportError.congested(waitingBytes: waitingBytes))
            }
            waitingBytes += byteCount
            queue.append(frame.id)
            calls[frame.id] = Call(waiter: waiter, deadline: deadline, waiting: frame)
            return .wait
        }

        /// The next frame to write to a writable connection; nil when none waits.
        mutating func nextWaiting(now: Instant) -> Frame? {
            while let id = queue.popFirst() {
                guard var frame = calls[id]?.waiting, let deadline = calls[id]?.deadline else {
                    continue
                }
                calls[id]?.waiting = nil
                waitingBytes -= frame.payload.readableBytes
                frame.remainingMicroseconds = Frame.remaining(until: deadline, now: now)
                return frame
            }
            return nil
        }

        enum ReceiveAction {
            case none
            case answer(Waiter, Result<ByteBuffer, RemoteError>)
            case reply(Frame)
            case close(TransportError)
        }

        mutating func receive(_ frame: Frame, now: Instant) -> ReceiveAction {
            lastReceived = now
            switch frame.type {
            case .response:
                guard let call = remove(frame.id) else { return .none }
                return .answer(call.waiter, .success(frame.payload))
            case .failure:
                guard let call = remove(frame.id) else { return .none }
                return .answer(call.waiter, .failure(RemoteError(frame: frame.payload)))
            case .alive: return .none
            case .probe: return .reply(Frame(type: .alive, id: frame.id))
            case .refusal:
                return .close(.protocolMismatch(reason: frame.text))
            case .request, .cancel:
                return .close(
                    .protocolMismatch(reason: "a \(frame.type) frame came from a server"))
            }
        }

        enum CancelAction {
            case none
            /// `tells`: the other side has the request and must be told.
            case fail(Waiter, tells: Bool)
        }

        mutating func cancel(_ id: UInt64) -> CancelAction {
            guard let call = remove(id) else { return .none }
            return .fail(call.waiter, tells: call.waiting == nil)
        }

        struct TickAction {
            var expired: [(id: UInt64, waiter: Waiter, tells: Bool)] = []
            var probes = false
            var closes: TransportError?
        }

        /// Ends overdue calls, and a connection that has been silent too long.
        mutating func tick(now: Instant) -> TickAction {
            var action = TickAction()
            let overdue = calls.filter { $0.value.deadline <= now }.map(\.key).sorted()
            for id in overdue {
                guard let call = remove(id) else { continue }
                action.expired.append((id, call.waiter, call.waiting == nil))
            }
            if now - lastReceived >= KeepAlive.silenceLimit {
                action.closes = .closed(
                    reason: "nothing was heard from the other side for \(KeepAlive.silenceLimit)")
            } else if now - max(lastReceived, lastProbe) >= KeepAlive.probeInterval {
                lastProbe = now
                action.probes = true
            }
            return action
        }

        /// Everybody who waits, to be told that the connection has ended.
        mutating func close(_ reason: TransportError) -> (waiters: [Waiter], TransportError) {
            let reason = closeReason ?? reason
            closeReason = reason
            defer {
                calls = [:]
                queue = []
                waitingBytes = 0
            }
            return (calls.sorted { $0.key < $1.key }.map(\.value.waiter), reason)
        }

        private mutating func remove(_ id: UInt64) -> Call? {
            guard let call = calls.removeValue(forKey: id) else { return nil }
            if let frame = call.waiting { waitingBytes -= frame.payload.readableBytes }
            return call
        }
    }
}

/// When silence on a connection is worth a question, and when it is the end.
enum KeepAlive {
    static let probeInterval = Duration.seconds(5)
    static let silenceLimit = Duration.seconds(15)
    /// How often a connection looks at the clock, at least and at most: calls end at most
    /// `shortestTick` after their deadline.
    static let longestTick = Duration.seconds(1)
    static let shortestTick = Duration.milliseconds(5)

    /// When to look next for calls of which the first is to end at `deadline`: halfway, since most
    /// calls have ended by then.
    static func delay(until deadline: Instant?, now: Instant) -> Duration {
        guard let deadline else { return longestTick }
        return min(longestTick, max(shortestTick, (deadline - now) / 2))
    }
}

extension Frame {
    /// The time left in microseconds, at least 1 and saturated.
    static func remaining(until deadline: Instant, now: Instant) -> UInt64 {
        UInt64(max(1, (deadline - now).wholeNanoseconds / 1000))
    }

    /// The deadline on this side's clock.
    func deadline(now: Instant) -> Instant {
        let microseconds = min(remainingMicroseconds, UInt64(Int64.max / 1000))
        return now + .nanoseconds(Int64(microseconds) * 1000)
    }
}
