// The decisions of both sides of a connection, and of the link to a peer, without sockets.

import NIOCore
import Storage
import Testing

@testable import Cluster

@Suite struct FrameCallerStateMachineTests {
    typealias Machine = FrameCaller.StateMachine<String>
    let start = Instant(nanoseconds: 1_000_000_000)

    func frame(_ id: UInt64, bytes: Int = 10) -> Frame {
        Frame(type: .request, kind: 1, id: id, payload: ByteBuffer(repeating: 0, count: bytes))
    }

    @Test func callsWaitWhileTheConnectionIsFullAndKeepTheirOrder() {
        var machine = Machine(limits: TransportLimits(waitingBytes: 25), now: start)
        let late = start + .seconds(1)
        guard case .write = machine.send(frame(1), deadline: late, waiter: "a", isWritable: true),
            case .wait = machine.send(frame(2), deadline: late, waiter: "b", isWritable: false),
            // Writable again, but others wait already.
            case .wait = machine.send(frame(3), deadline: late, waiter: "c", isWritable: true),
            case .fail("d", let error) = machine.send(
                frame(4), deadline: late, waiter: "d", isWritable: false)
        else {
            Issue.record("a call went another way")
            return
        }
        #expect(error as? TransportError == .congested(waitingBytes: 20))
        // The one that was cancelled while it waited is never written, and nobody is told of it.
        guard case .fail("b", tells: false) = machine.cancel(2) else {
            Issue.record("b was not cancelled")
            return
        }
        let next = machine.nextWaiting(now: start + .milliseconds(400))
        #expect(next?.id == 3)
        #expect(next?.remainingMicroseconds == 600_000)
        let result1 = machine.nextWaiting(now: start)
        #expect(result1 == nil)
        guard case .fail("a", tells: true) = machine.cancel(1), case .none = machine.cancel(1)
        else {
            Issue.record("a was not cancelled once")
            return
        }
    }

    @Test func overdueCallsEndInOrder() {
        var machine = Machine(limits: TransportLimits(), now: start)
        for id in 1...3 as ClosedRange<UInt64> {
            _ = machine.send(
                frame(id), deadline: start + .milliseconds(Int(id) * 10), waiter: "\(id)",
                isWritable: id != 2)
        }
        let action = machine.tick(now: start + .milliseconds(20))
        #expect(action.expired.map(\.waiter) == ["1", "2"])
        #expect(action.expired.map(\.tells) == [true, false])
        #expect(machine.earliestDeadline != nil)
        let result2 = machine.nextWaiting(now: start)
        #expect(result2?.id == 3)
    }

    @Test func silenceIsAskedAboutAndThenEndsTheConnection() {
        var machine = Machine(limits: TransportLimits(), now: start)
        let result3 = machine.tick(now: start + .seconds(4))
        #expect(!result3.probes)
        let result4 = machine.tick(now: start + .seconds(5))
        #expect(result4.probes)
        let result5 = machine.tick(now: start + .seconds(6))
        #expect(!result5.probes)
        _ = machine.receive(Frame(type: .alive), now: start + .seconds(6))
        let result6 = machine.tick(now: start + .seconds(11))
        #expect(result6.probes)
        let result7 = machine.tick(now: start + .seconds(20))
        #expect(result7.closes == nil)
        let result8 = machine.tick(now: start + .seconds(21))
        #expect(result8.closes != nil)
    }

    @Test func theEndIsToldToEverybodyOnceAndRemembered() {
        var machine = Machine(limits: TransportLimits(), now: start)
        for id in 1...2 as ClosedRange<UInt64> {
            _ = machine.send(
                frame(id), deadline: start + .seconds(1), waiter: "\(id)", isWritable: id == 1)
        }
        let reason = TransportError.closed(reason: "first")
        let result9 = machine.close(reason)
        #expect(result9.waiters == ["1", "2"])
        let second = machine.close(.closed(reason: "second"))
        #expect(second.waiters.isEmpty && second.1 == reason)
        guard
            case .fail("3", let error) = machine.send(
                frame(3), deadline: start, waiter: "3", isWritable: true)
        else {
            Issue.record("a call on a closed connection did not fail")
            return
        }
        #expect((error as? FrameCaller.NotSent)?.reason == reason)
    }
}

@Suite struct FrameResponderStateMachineTests {
    typealias Machine = FrameResponder.StateMachine<String>

    func request(_ id: UInt64, milliseconds: UInt64 = 1000) -> Frame {
        Frame(type: .request, kind: 1, id: id, remainingMicroseconds: milliseconds * 1000)
    }

    @Test func requestsBeyondTheLimitAreHeld() {
        var machine = Machine(handlerLimit: 1, now: .zero)
        guard case .start(let first) = machine.receive(request(1), now: .zero),
            case .none = machine.receive(request(2), now: .zero),
            case .none = machine.receive(request(3), now: .zero)
        else {
            Issue.record("a request went another way")
            return
        }
        #expect(first.deadline == .zero + .seconds(1))
        #expect(!machine.hasRoom)
        machine.started(1, "one")
        let result10 = machine.nextHeld()
        #expect(result10 == nil)
        _ = machine.receive(Frame(type: .cancel, id: 2), now: .zero)
        let result11 = machine.finished(1)
        #expect(result11)
        let result12 = machine.nextHeld()
        #expect(result12?.id == 3)
        let result13 = machine.nextHeld()
        #expect(result13 == nil)
        let result14 = machine.finished(2)
        #expect(!result14)
    }

    @Test func overdueRequestsEndWhetherTheyRunOrAreHeld() {
        var machine = Machine(handlerLimit: 1, now: .zero)
        _ = machine.receive(request(1, milliseconds: 10), now: .zero)
        machine.started(1, "one")
        _ = machine.receive(request(2, milliseconds: 5), now: .zero)
        let action = machine.tick(now: .zero + .milliseconds(10))
        #expect(action.expired == ["one"])
        #expect(machine.earliestDeadline == nil && machine.hasRoom)
    }

    @Test func twoRequestsOfOneIdAreAFault() {
        var machine = Machine(handlerLimit: 9, now: .zero)
        _ = machine.receive(request(1), now: .zero)
        guard case .close = machine.receive(request(1), now: .zero) else {
            Issue.record("a repeated id was taken")
            return
        }
        for type in [FrameType.response, .failure, .refusal] {
            guard case .close = machine.receive(Frame(type: type), now: .zero) else {
                Issue.record("a \(type) frame was taken")
                return
            }
        }
    }

    @Test func aRequestOfAllTheTimeInTheWorldDoesNotOverflow() {
        var machine = Machine(handlerLimit: 9, now: .zero)
        let frame = Frame(type: .request, kind: 1, id: 1, remainingMicroseconds: .max)
        guard case .start(let request) = machine.receive(frame, now: Instant(nanoseconds: 5)) else {
            Issue.record("it was not started")
            return
        }
        #expect(request.deadline > .zero)
    }
}

@Suite struct PeerLinkStateMachineTests {
    typealias Machine = PeerLink.StateMachine<String, Int>

    @Test func oneConnectionIsMadeForAllWhoWait() {
        var machine = Machine()
        guard case .wait(connects: true) = machine.want(1, 10, now: .zero),
            case .wait(connects: false) = machine.want(2, 20, now: .zero)
        else {
            Issue.record("more or less than one connection was made")
            return
        }
        let result15 = machine.giveUp(1)
        #expect(result15 == 10)
        let result16 = machine.giveUp(1)
        #expect(result16 == nil)
        let result17 = machine.connected("c")
        #expect(result17 == [20])
        guard case .use("c") = machine.want(3, 30, now: .zero) else {
            Issue.record("the connection was not used")
            return
        }
        machine.lost { $0 == "other" }
        #expect(machine.connection == "c")
        machine.lost { $0 == "c" }
        #expect(machine.connection == nil)
    }

    @Test func failuresAreFollowedByLongerAndLongerPauses() {
        var machine = Machine()
        var now = Instant.zero
        var pauses: [Duration] = []
        guard case .wait(connects: true) = machine.want(1, 10, now: now) else {
            Issue.record("no attempt was made")
            return
        }
        for _ in 0..<9 {
            let result18 = machine.failed("no route", now: now, jitter: 1)
            #expect(result18.count == 1)
            let before = now
            // Ends with the next attempt under way.
            while case .refuse(let reason) = machine.want(2, 20, now: now) {
                #expect(reason == "no route")
                now += .milliseconds(5)
            }
            pauses.append(now - before)
        }
        #expect(pauses == pauses.sorted())
        #expect(pauses.prefix(3) == [.milliseconds(20), .milliseconds(40), .milliseconds(80)])
        #expect(pauses.last == .seconds(1))
    }

    @Test func aClosedLinkStaysClosed() {
        var machine = Machine()
        _ = machine.want(1, 10, now: .zero)
        let result19 = machine.close()
        #expect(result19.waiters == [10])
        let result20 = machine.connected("late")
        #expect(result20 == nil)
        guard case .refuse = machine.want(2, 20, now: .zero) else {
            Issue.record("a closed link was used")
            return
        }
    }
}
