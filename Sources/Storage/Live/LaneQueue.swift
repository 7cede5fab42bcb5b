// The queue between the askers and the worker threads: one lock, one condition per group.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// All state is touched only with the lock held.
final class LaneQueue: @unchecked Sendable {
    typealias Job = WorkerThreads.Job

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let available: UnsafeMutablePointer<pthread_cond_t>
    private let lanes: [WorkerThreads.Lane]
    private let groupCount: Int
    private var waiting: [Fifo<Job>]
    private var running: [Int]
    private var isClosed = false

    init(lanes: [WorkerThreads.Lane]) {
        self.lanes = lanes
        groupCount = (lanes.map(\.group).max() ?? 0) + 1
        waiting = lanes.map { _ in Fifo() }
        running = lanes.map { _ in 0 }
        available = .allocate(capacity: groupCount)
        pthread_mutex_init(lock, nil)
        for group in 0..<groupCount {
            pthread_cond_init(available + group, nil)
        }
    }

    deinit {
        for group in 0..<groupCount {
            pthread_cond_destroy(available + group)
        }
        pthread_mutex_destroy(lock)
        available.deallocate()
        lock.deallocate()
    }

    func push(_ job: @escaping Job, lane: Int) {
        pthread_mutex_lock(lock)
        waiting[lane].append(job)
        pthread_mutex_unlock(lock)
        pthread_cond_signal(available + lanes[lane].group)
    }

    /// Waits for a job of the group; nil once closed and empty.
    func take(group: Int) -> (Job, lane: Int)? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while true {
            for (lane, rule) in lanes.enumerated()
            where rule.group == group && running[lane] < rule.limit {
                if let job = waiting[lane].popFirst() {
                    running[lane] += 1
                    return (job, lane)
                }
            }
            if isClosed && isEmpty(group: group) { return nil }
            pthread_cond_wait(available + group, lock)
        }
    }

    /// The thread that finished looks for more itself, so nobody need be told that the lane is
    /// below its limit again.
    func finished(lane: Int) {
        pthread_mutex_lock(lock)
        running[lane] -= 1
        if isClosed { pthread_cond_broadcast(available + lanes[lane].group) }
        pthread_mutex_unlock(lock)
    }

    func close() {
        pthread_mutex_lock(lock)
        isClosed = true
        for group in 0..<groupCount {
            pthread_cond_broadcast(available + group)
        }
        pthread_mutex_unlock(lock)
    }

    private func isEmpty(group: Int) -> Bool {
        zip(lanes, waiting).allSatisfy { $0.group != group || $1.isEmpty }
    }
}

/// First in, first out, in constant time on average.
struct Fifo<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 64 && head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
