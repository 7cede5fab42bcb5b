// What the answering side of a connection does about requests, cancellations and time; no sockets.

import NIOCore
import Storage

extension FrameResponder {
    /// `Work` is whatever runs a handler and can be cancelled.
    struct StateMachine<Work> {
        private struct Running {
            var work: Work?
            let deadline: Instant
        }

        private var running: [UInt64: Running] = [:]
        /// Requests that were read when no more handlers might run, oldest first: at most what one
        /// read brings, since nothing is read while there are any.
        private var held: CircularBuffer<Request> = []
        private var lastReceived: Instant
        private let handlerLimit: Int

        init(handlerLimit: Int, now: Instant) {
            self.handlerLimit = handlerLimit
            lastReceived = now
        }

        struct Request {
            let id: UInt64
            let kind: MessageKind
            let payload: ByteBuffer
            let deadline: Instant
        }

        var earliestDeadline: Instant? { running.values.lazy.map(\.deadline).min() }
        /// Whether more frames should be read from the socket.
        var hasRoom: Bool { running.count < handlerLimit && held.isEmpty }

        enum ReceiveAction {
            case none
            case start(Request)
            case reply(Frame)
            case cancel(Work?)
            case close(reason: String)
        }

        mutating func receive(_ frame: Frame, now: Instant) -> ReceiveAction {
            lastReceived = now
            switch frame.type {
            case .request:
                guard running[frame.id] == nil, !held.contains(where: { $0.id == frame.id })
                else { return .close(reason: "request id \(frame.id) is in use") }
                guard let kind = MessageKind(rawValue: frame.kind) else {
                    // A newer node may ask for what we cannot do; its other calls go on.
                    let error = RemoteError(
                        type: RemoteError.malformedType,
                        reason: "message kind \(frame.kind) is unknown here; run the same version "
                            + "of the program on all nodes", status: 400)
                    return .reply(
                        Frame(type: .failure, id: frame.id, payload: error.framePayload))
                }
                let request = Request(
                    id: frame.id, kind: kind, payload: frame.payload,
                    deadline: frame.deadline(now: now))
                guard hasRoom else {
                    held.append(request)
                    return .none
                }
                running[request.id] = Running(work: nil, deadline: request.deadline)
                return .start(request)
            case .cancel:
                held.removeAll { $0.id == frame.id }
                guard let ended = running.removeValue(forKey: frame.id) else { return .none }
                return .cancel(ended.work)
            case .probe: return .reply(Frame(type: .alive, id: frame.id))
            case .alive: return .none
            case .response, .failure, .refusal:
                return .close(reason: "a \(frame.type) frame came from a client")
            }
        }

        /// Remembers who works for a request that was started.
        mutating func started(_ id: UInt64, _ work: Work) {
            running[id]?.work = work
        }

        /// A request whose time has come because another ended; nil when none waits or may run.
        mutating func nextHeld() -> Request? {
            guard running.count < handlerLimit, let request = held.popFirst() else { return nil }
            running[request.id] = Running(work: nil, deadline: request.deadline)
            return request
        }

        /// Whether somebody still waits for the answer.
        mutating func finished(_ id: UInt64) -> Bool {
            running.removeValue(forKey: id) != nil
        }

        struct TickAction {
            /// Work of overdue requests, as far as it had begun.
            var expired: [Work?] = []
            var closes: String?
        }

        mutating func tick(now: Instant) -> TickAction {
            var action = TickAction()
            let overdue = running.filter { $0.value.deadline <= now }.map(\.key).sorted()
            for id in overdue {
                action.expired.append(running.removeValue(forKey: id)?.work)
            }
            if now - lastReceived >= KeepAlive.silenceLimit, running.isEmpty {
                action.closes = "nothing was heard for \(KeepAlive.silenceLimit)"
            }
            held.removeAll { $0.deadline <= now }
            return action
        }

        /// All work under way, to be cancelled.
        mutating func close() -> [Work] {
            held = []
            defer { running = [:] }
            return running.sorted { $0.key < $1.key }.compactMap(\.value.work)
        }
    }
}
