// The bookkeeping of an open-loop load test, without sockets or clocks: requests arrive when the
// schedule says so, wait for a free connection, and their latency counts from the intended arrival.
// A slow server thus cannot slow the asking down and hide itself (coordinated omission).

/// One arrival: what is asked and when it was meant to be.
struct Arrival: Sendable, Equatable {
    let query: Int
    /// Nanoseconds on the driver's clock.
    let intended: Int64
}

/// Requests waiting and in flight.
struct OpenLoop {
    /// What to send, and over which connection.
    struct Send: Equatable {
        let connection: Int
        let arrival: Arrival
    }

    /// What passed its time limit.
    struct Expired: Equatable {
        /// Connections whose request will not be waited for; they must be closed, then reported
        /// lost.
        var connections: [Int] = []
        var arrivals: [Arrival] = []
    }

    private enum Connection: Equatable {
        case closed, idle
        case busy(Arrival, isSecondTry: Bool)
        /// Was lost with a request, which it carries again as soon as it is open.
        case reopening(Arrival)
    }

    /// Nanoseconds an arrival may take, waiting included.
    let limit: Int64

    private var connections: [Connection]
    private var idle: [Int] = []
    /// Waiting arrivals are `queue[head...]`.
    private var queue: [Arrival] = []
    private var head = 0
    private(set) var inFlight = 0
    /// Arrivals that found no idle connection.
    private(set) var waitedForConnection: Int64 = 0

    init(connections count: Int, limit: Int64) {
        connections = Array(repeating: .closed, count: count)
        self.limit = limit
    }

    var waiting: Int { queue.count - head }
    var isDrained: Bool { waiting == 0 && inFlight == 0 }

    mutating func arrive(_ arrival: Arrival) {
        if idle.isEmpty { waitedForConnection += 1 }
        queue.append(arrival)
    }

    /// The next request to send, or nil when nothing waits or no connection is free.
    mutating func nextSend() -> Send? {
        guard head < queue.count, let connection = idle.popLast() else { return nil }
        let arrival = queue[head]
        head += 1
        if head > 4096 && head * 2 > queue.count {
            queue.removeSubrange(..<head)
            head = 0
        }
        connections[connection] = .busy(arrival, isSecondTry: false)
        inFlight += 1
        return Send(connection: connection, arrival: arrival)
    }

    /// A connection opened; returns the request to be sent again on it, if there is one.
    @discardableResult
    mutating func opened(_ connection: Int) -> Arrival? {
        switch connections[connection] {
        case .closed:
            connections[connection] = .idle
            idle.append(connection)
            return nil
        case .reopening(let arrival):
            connections[connection] = .busy(arrival, isSecondTry: true)
            return arrival
        case .idle, .busy: return nil
        }
    }

    /// An answer came whole. The arrival's latency is `now - arrival.intended`.
    mutating func answered(_ connection: Int) -> Arrival? {
        guard case .busy(let arrival, _) = connections[connection] else { return nil }
        connections[connection] = .idle
        idle.append(connection)
        inFlight -= 1
        return arrival
    }

    /// A connection closed just when its request was sent, before any of the answer came.
    /// - Returns: Whether the request is to be sent again, once the connection is open anew; a
    ///   request that was sent twice is not.
    mutating func closedUnheard(_ connection: Int) -> Bool {
        guard case .busy(let arrival, isSecondTry: false) = connections[connection] else {
            return false
        }
        connections[connection] = .reopening(arrival)
        return true
    }

    /// A connection closed; returns the request that was on it, if one was.
    mutating func closed(_ connection: Int) -> Arrival? {
        let state = connections[connection]
        connections[connection] = .closed
        switch state {
        case .closed:
            return nil
        case .idle:
            idle.removeAll { $0 == connection }
            return nil
        case .busy(let arrival, _), .reopening(let arrival):
            inFlight -= 1
            return arrival
        }
    }

    /// Gives up what has taken longer than the limit at `now`.
    mutating func expire(now: Int64) -> Expired {
        var expired = Expired()
        while head < queue.count, queue[head].intended + limit <= now {
            expired.arrivals.append(queue[head])
            head += 1
        }
        guard inFlight > 0 else { return expired }
        for (index, connection) in connections.enumerated() {
            switch connection {
            case .busy(let arrival, _), .reopening(let arrival):
                guard arrival.intended + limit <= now else { continue }
                expired.connections.append(index)
                expired.arrivals.append(arrival)
                connections[index] = .closed
                inFlight -= 1
            case .closed, .idle: continue
            }
        }
        return expired
    }
}
