import Analysis
import Testing
@testable import canopy

@Suite struct StatusTests {
    @Test func oneScreenTellsAll() {
        let status = ClusterStatus(
            health: [
                "cluster_name": "canopy", "status": "yellow", "number_of_nodes": 2,
                "active_shards": 7, "unassigned_shards": 1,
            ],
            nodes: [
                [
                    "name": "leaf-0", "ip": "127.0.0.1:9401", "node.role": "leaf",
                    "ram.current": "52428800", "uptime": "61",
                ]
            ],
            indices: [
                [
                    "index": "wiki", "health": "green", "pri": "8", "docs.count": "1234567",
                    "store.size": "1500000",
                ]
            ],
            shards: [
                ["index": "wiki", "shard": "0", "state": "STARTED", "docs": "5"],
                ["index": "wiki", "shard": "1", "state": "UNASSIGNED"],
            ])
        let page = StatusPage(style: .plain, url: "http://x", showsAllShards: false)
        #expect(
            page.text(status) == """
                canopy  ● yellow  http://x  2 nodes  7 active shards  1 unassigned

                node    address         role   memory  uptime
                leaf-0  127.0.0.1:9401  leaf  52.4 MB   1m 1s

                index  health  shards  documents     size
                wiki   green        8  1,234,567  1.50 MB

                shard of  number  state
                wiki           1  UNASSIGNED

                """)
        #expect(!status.isRed)
        let all = StatusPage(style: .plain, url: "", showsAllShards: true).text(status)
        #expect(all.contains("wiki           0  STARTED             5"))
    }

    @Test func damageIsTrouble() {
        let status = ClusterStatus(
            health: ["cluster_name": "canopy", "status": "yellow", "damaged_shards": 1],
            nodes: nil, indices: nil,
            shards: [
                ["index": "wiki", "shard": "0", "state": "STARTED", "damage": ""],
                ["index": "wiki", "shard": "1", "state": "STARTED", "damage": "o: it changed"],
            ])
        #expect(
            StatusPage(style: .plain, url: "u", showsAllShards: false).text(status) == """
                canopy  ● yellow  u  1 damaged

                shard of  number  state    damage
                wiki           1  STARTED  o: it changed

                """)
    }

    @Test func aServerThatTellsLittle() {
        let status = ClusterStatus(health: ["status": "red"], nodes: nil, indices: [], shards: nil)
        #expect(status.isRed)
        let text = StatusPage(style: .plain, url: "u", showsAllShards: false).text(status)
        #expect(text == "● red  u\n\nno indices yet: `canopy import` makes one\n")
        #expect(status.json["nodes"] == .null)
    }
}
