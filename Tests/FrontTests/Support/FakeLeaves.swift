// Leaves that are only told about.

import Cluster
import Queries
import Synchronization

final class FakeLeaves: LeavesService {
    private let report = Mutex(
        LeavesReport(
            version: 7, wanted: nil,
            leaves: ["leaf-0", "leaf-1"].map {
                LeavesReport.Leaf(
                    name: $0, address: "127.0.0.1:94", zone: "", state: .active, owned: 4,
                    serving: 4, joining: 0)
            }))

    func leaves() async throws -> LeavesReport { report.withLock { $0 } }

    func setCount(_ count: Int) async throws { report.withLock { $0.wanted = count } }

    func drain(_ name: String, _ drains: Bool) async throws {
        try report.withLock { report in
            guard let place = report.leaves.firstIndex(where: { $0.name == name }) else {
                throw RequestError(
                    type: "resource_not_found_exception", reason: "there is no leaf \(name)",
                    status: 404)
            }
            report.leaves[place].state = drains ? .draining : .active
        }
    }
}
