// What a node's requests to its bucket cost and how they end, for `/metrics`.

import Metrics
import Storage

struct S3Measures: Sendable {
    enum Outcome: String, Sendable, CaseIterable {
        case done, absent, exists, retryable, refused

        init(_ verdict: S3Verdict) {
            self =
                switch verdict {
                case .done: .done
                case .absent: .absent
                case .conditionFailed: .exists
                case .postponed, .inDoubt: .retryable
                case .refused: .refused
                }
        }
    }

    private let requests: [S3Request.Operation: [Outcome: Counter]]
    private let durations: [S3Request.Operation: Timer]
    private let sent = Counter(label: "canopy_object_store_sent_bytes")
    private let received = Counter(label: "canopy_object_store_received_bytes")

    init() {
        var requests: [S3Request.Operation: [Outcome: Counter]] = [:]
        var durations: [S3Request.Operation: Timer] = [:]
        for operation in S3Request.Operation.allCases {
            for outcome in Outcome.allCases {
                requests[operation, default: [:]][outcome] = Counter(
                    label: "canopy_object_store_requests",
                    dimensions: [
                        ("operation", operation.rawValue), ("outcome", outcome.rawValue),
                    ])
            }
            durations[operation] = Timer(
                label: "canopy_object_store_request",
                dimensions: [("operation", operation.rawValue)])
        }
        self.requests = requests
        self.durations = durations
    }

    /// One attempt.
    func record(
        _ request: S3Request, _ verdict: S3Verdict, _ reply: HTTPReply, took duration: Duration
    ) {
        requests[request.operation]?[Outcome(verdict)]?.increment()
        durations[request.operation]?.recordNanoseconds(duration.wholeNanoseconds)
        sent.increment(by: request.body.count)
        received.increment(by: reply.body.count)
    }
}
