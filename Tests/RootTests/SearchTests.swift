// Whole searches over fake leaves: the same answer at any leaf count, and the truth about trouble.

import Analysis
import Cluster
import Queries
import Storage
import Testing

@testable import Root

@Suite struct SearchTests {
    static let bodies = [
        "{}",
        "{'query':{'match':{'body':'ant'}}}",
        "{'query':{'match':{'body':'ant bee'}},'from':3,'size':25}",
        "{'query':{'match':{'body':'cat'}},'sort':'year','size':40}",
        "{'query':{'match':{'body':'cat'}},'sort':[{'year':'desc'},'_score'],'track_scores':true}",
        "{'query':{'match':{'body':'dog'}},'track_total_hits':20}",
        "{'query':{'match':{'body':'dog'}},'track_total_hits':false,'_source':'year'}",
        "{'query':{'match':{'body':'elk'}},'size':0,'track_total_hits':true,"
            + "'aggs':{'y':{'terms':{'field':'year','size':3}}}}",
        "{'query':{'match':{'body':'nothing'}}}",
        "{'query':{'fuzzy':{'body':{'value':'bat','fuzziness':2}}},'size':30}",
        "{'query':{'match':{'body':{'query':'bee ent','fuzziness':'AUTO','max_expansions':1}}}}",
        "{'query':{'match':{'body':{'query':'bee ent dgo','fuzziness':'AUTO',"
            + "'fuzzy_max_doc_freq':3}}}}",
        "{'query':{'bool':{'filter':{'fuzzy':{'body':{'value':'eat','fuzziness':2,"
            + "'max_expansions':1}}}}},'sort':'year'}",
        "{'query':{'match':{'body':'ant'}},'post_filter':{'fuzzy':{'body':{'value':'doc',"
            + "'max_expansions':1}}}}",
        "{'query':{'match':{'body':'ant'}},'size':20,'rescore':{'window_size':12,'query':{"
            + "'rescore_query':{'match':{'body':'bee'}},'query_weight':0.5,"
            + "'rescore_query_weight':9}}}",
        "{'from':2,'size':5,'rescore':[{'window_size':40,'query':{'rescore_query':{'match':"
            + "{'body':'cat'}}}},{'window_size':6,'query':{'rescore_query':{'match':{'body':"
            + "'dog'}},'score_mode':'multiply'}}]}",
        "{'suggest':{'text':'ent bea','w':{'term':{'field':'body','min_word_length':1}}}}",
        "{'query':{'match':{'body':'ant'}},'size':3,'suggest':{'p':{'text':'ent bea cat','phrase':{"
            + "'field':'body','gram_size':3,'confidence':0,'max_errors':2,'direct_generator':{"
            + "'field':'body','prefix_length':0,'min_word_length':1,'suggest_mode':'always',"
            + "'max_term_freq':9999}}},"
            + "'c':{'prefix':'a','completion':{'field':'name','size':7}},"
            + "'d':{'prefix':'c','completion':{'field':'name','skip_duplicates':true}}}}",
    ]

    @Test(arguments: bodies)
    func sameBytesForAnyNumberOfLeaves(_ body: String) async throws {
        var expected: String?
        for count in [1, 2, 7, 16, 32] {
            let cluster = FakeCluster(leaves: count)
            _ = try await cluster.fill()
            _ = try await cluster.fill("birds", documents: 50)
            for indices in [["books"], ["b*"]] where indices == ["books"] || count < 16 {
                let first = try await cluster.search.search(request(body, indices: indices))
                let second = try await cluster.search.search(request(body, indices: indices))
                #expect(essence(first) == essence(second))
                #expect(first.scatter.exact && second.scatter.exact)
                #expect(second.scatter.trips == 1)
                if indices == ["books"] {
                    #expect(essence(first) == expected ?? essence(first), "\(count) leaves")
                    expected = expected ?? essence(first)
                }
            }
        }
    }

    @Test func suggestionsHaveTheirNumbersAndDocuments() async throws {
        let cluster = FakeCluster(leaves: 3)
        _ = try await cluster.fill()
        let answer = try await cluster.search.search(request(Self.bodies[Self.bodies.count - 1]))
        #expect(answer.suggestions.map(\.name) == ["p", "c", "d"])
        let options = answer.suggestions.map { $0.entries[0].options }
        #expect(
            options[0].map(\.text).sorted()
                == ["ant bea cat", "ant bee cat", "ent bea cat", "ent bee cat"])
        #expect(options[0].allSatisfy { $0.score > 0 })
        #expect(options[1].count == 7)
        for option in options[1] {
            let hit = try #require(option.hit)
            #expect(option.text.hasPrefix("a") && hit.score == option.score)
            let source = try JSONParser.parse(hit.source ?? [])
            #expect(source["year"]?.doubleValue == Double(option.score))
        }
        #expect(Set(options[2].map(\.text)).count == options[2].count && !options[2].isEmpty)
        // Pins are let go of once the documents are read, or with the next search.
        _ = try await cluster.search.search(request("{'size':0}"))
        for leaf in cluster.leaves { #expect(leaf.pinCount <= 2) }
    }

    @Test func aLeafLostBetweenTheTripsIsSearchedAgain() async throws {
        let cluster = FakeCluster(leaves: 3)
        _ = try await cluster.fill()
        let body = Self.bodies[Self.bodies.count - 1]
        let expected = essence(try await cluster.search.search(request(body)))
        cluster.leaves[1].searchScript.withLock { script in
            script = { request, number in
                guard request.pin != nil, number < 6 else { return nil }
                throw RemoteError(type: RemoteError.missingPinType, reason: "gone", status: 404)
            }
        }
        #expect(essence(try await cluster.search.search(request(body))) == expected)
    }

    @Test func anIndexThatTookAnothersPlaceIsSearchedInItsStead() async throws {
        let cluster = FakeCluster(leaves: 3)
        let old = try await cluster.fill(documents: 50)
        var new = try await cluster.fill("next", documents: 80)
        try await cluster.catalog.delete("next")
        // Another node publishes; this root does not know yet, but leaves have let go already.
        new.name = "books"
        let other = Catalog(metadata: cluster.world.metadata, logger: cluster.indices.logger)
        try await other.publish(new, inPlaceOf: old.uuid)
        #expect(cluster.catalog.current.index(named: "books")?.uuid == old.uuid)
        for leaf in cluster.leaves {
            leaf.searchScript.withLock { script in
                script = { request, _ in
                    guard request.indexUUID == old.uuid else { return nil }
                    throw RemoteError(
                        type: "index_not_found_exception", reason: "it is gone", status: 404)
                }
            }
        }
        let answer = try await cluster.search.search(request("{'track_total_hits':true}"))
        #expect(answer.total?.value == 80)
        #expect(answer.shards == ShardsSummary(total: 16, successful: 16))
        #expect(answer.hits.allSatisfy { $0.index == "books" } && answer.hits.count == 10)
    }

    @Test func theAnswerIsWhatLookingAtEverythingGives() async throws {
        let cluster = FakeCluster(leaves: 5)
        let index = try await cluster.fill()
        let asked = try request("{'query':{'match':{'body':'ant'}},'size':50}")
        let response = try await cluster.search.search(asked)
        let shards = Dictionary(
            uniqueKeysWithValues: (0..<16).map { ($0, cluster.store.shard(index.uuid, $0)) })
        let query = try QueryAnalyzer(schema: index.schema, nowMilliseconds: 0).resolve(asked)
        let expected = NaiveSearch.top(
            shards, query, NaiveSearch.statistics(shards, query))
        #expect(
            response.hits.map { DocumentRouting.hash(Array($0.id.utf8)) }
                == expected.hits.map(\.tieKey))
        #expect(response.hits.map(\.score) == expected.hits.map(\.score))
        #expect(response.total == expected.total)
        #expect(response.maximumScore == expected.maximumScore)
        #expect(response.shards == ShardsSummary(total: 16, successful: 16))
        #expect(
            response.generations == [
                IndexGeneration(
                    indexUUID: index.uuid, schemaVersion: index.schema.version,
                    slots: (0..<16).map { shards[$0]?.slot ?? -1 })
            ])
    }

    @Test func severalIndicesAreOneList() async throws {
        let cluster = FakeCluster(leaves: 3)
        for name in ["one", "two"] {
            _ = try await cluster.indices.create(name, body: FakeCluster.mappings)
            // The same documents under the same ids.
            for (id, words) in [("a", "ant"), ("b", "ant bee")] {
                let source = Array("{\"body\":\"\(words)\",\"year\":1}".utf8)
                _ = try await cluster.documents.write(
                    WriteRequest(items: [
                        WriteItem(
                            index: name,
                            operation: DocumentOperation(action: .index, id: id, source: source))
                    ]))
            }
        }
        let response = try await cluster.search.search(
            request("{'query':{'match':{'body':'ant'}}}", indices: ["two", "one"]))
        #expect(
            response.hits.map { "\($0.index)/\($0.id)" } == ["one/a", "two/a", "one/b", "two/b"])
        #expect(response.total?.value == 4)
        #expect(response.generations.count == 2)
        let page = try await cluster.search.search(
            request("{'query':{'match':{'body':'ant'}},'from':1,'size':2}", indices: ["*"]))
        #expect(page.hits.map { "\($0.index)/\($0.id)" } == ["two/a", "one/b"])
    }

    @Test func noIndexIsAnEmptyAnswer() async throws {
        let cluster = FakeCluster(leaves: 1)
        let response = try await cluster.search.search(request("{}", indices: ["nothing*"]))
        #expect(response.total == TotalHits(value: 0, isLowerBound: false))
        #expect(response.shards == ShardsSummary())
        await #expect(throws: RequestError.indexNotFound("nothing")) {
            try await cluster.search.search(request("{}", indices: ["nothing"]))
        }
    }

    @Test func aStaleBeliefIsCorrected() async throws {
        let cluster = FakeCluster(leaves: 4)
        _ = try await cluster.fill()
        let body = "{'query':{'match':{'body':'ant'}}}"
        #expect(try await cluster.search.search(request(body)).scatter.trips == 2)
        #expect(try await cluster.search.search(request(body)).scatter.trips == 1)
        let source = Array("{\"body\":\"ant ant\",\"year\":1}".utf8)
        _ = try await cluster.documents.write(
            WriteRequest(items: [
                WriteItem(
                    index: "books",
                    operation: DocumentOperation(action: .index, id: "new", source: source))
            ]))
        let corrected = try await cluster.search.search(request(body))
        #expect(corrected.scatter.trips == 2 && corrected.scatter.exact)
        // A root that never believed anything answers the same.
        let fresh = FakeCluster(
            leaves: 4, store: cluster.store, metadata: cluster.world.metadata)
        #expect(try await essence(fresh.search.search(request(body))) == essence(corrected))
    }

    @Test func pinsAreReleased() async throws {
        let cluster = FakeCluster(leaves: 3)
        _ = try await cluster.fill()
        _ = try await cluster.search.search(request("{'size':0}"))
        #expect(cluster.leaves.allSatisfy { $0.pinCount == 1 })
        _ = try await cluster.search.search(request("{'size':200}"))
        // The first search's were released with the second's messages, the second's by reading.
        #expect(cluster.leaves.allSatisfy { $0.pinCount == 0 && $0.calls("fetch") == 1 })
    }

    @Test(arguments: [0, 1, 3, 1_000])
    func documentsMayComeWithTheSearch(_ early: Int) async throws {
        let plain = FakeCluster(leaves: 1)
        _ = try await plain.fill()
        let cluster = FakeCluster(leaves: 4)
        _ = try await cluster.fill()
        for leaf in cluster.leaves { leaf.state.withLock { $0.earlyDocuments = early } }
        for body in [
            "{'query':{'match':{'body':'ant'}},'size':12}", "{'size':200}",
            "{'sort':[{'year':'desc'}],'_source':false}", "{'from':7,'size':5}",
        ] {
            let found = try await cluster.search.search(request(body))
            #expect(try await essence(found) == essence(plain.search.search(request(body))))
        }
        let fetches = cluster.leaves.reduce(0) { $0 + $1.calls("fetch") }
        #expect(early > 0 || fetches > 12, "\(fetches)")
        #expect(early < 1_000 || fetches <= 8, "\(fetches)")
        _ = try await cluster.search.search(request("{'query':{'match_none':{}}}"))
        #expect(cluster.leaves.allSatisfy { $0.pinCount == 1 })
    }

    @Test func aLeafReadsItsPartOfTheWinnersAndSome() throws {
        let reading = try #require(
            EarlyReading(request("{'size':10}"), what: FetchSpecification(), shardCount: 8))
        #expect([0, 1, 2, 7, 8].map { reading.documentCount(shards: $0) } == [0, 3, 5, 10, 10])
        for body in ["{'from':1}", "{'size':0}"] {
            let none = try EarlyReading(
                request(body), what: FetchSpecification(), shardCount: 8)
            #expect(none == nil)
        }
        let highlights = FetchSpecification(highlight: HighlightRequest(fields: []))
        let none = try EarlyReading(request("{}"), what: highlights, shardCount: 8)
        #expect(none == nil)
    }

    // MARK: Trouble

    @Test func aLeafThatIsGoneIsToldOf() async throws {
        let cluster = FakeCluster(leaves: 4)
        let index = try await cluster.fill()
        let whole = try await cluster.search.search(request("{'size':200}"))
        #expect(whole.hits.count == 200)
        let lost = try #require(cluster.owner(of: 0, index))
        lost.state.withLock { $0.isDown = true }
        let part = try await cluster.search.search(request("{'size':200}"))
        let failed = part.shards.failures
        #expect(part.shards.failed == 4 && part.shards.successful == 12 && failed.count == 4)
        #expect(failed.allSatisfy { $0.node == lost.name && $0.index == "books" })
        #expect(failed.allSatisfy { $0.type == "node_not_connected_exception" })
        #expect(part.scatter.coverage == 0.75)
        #expect(part.generations.isEmpty && !part.timedOut)
        let missing = Set(whole.hits.map(\.id)).subtracting(part.hits.map(\.id))
        #expect(
            missing.allSatisfy { id in
                failed.map(\.shard).contains(DocumentRouting.shard(id, shardCount: 16))
            })
        #expect(part.total?.value == Int64(200 - missing.count))

        let all = try request("{}", [("allow_partial_search_results", "false")])
        await #expect {
            try await cluster.search.search(all)
        } throws: { error in
            let error = error as? RequestError
            return error?.status == 503 && error?.type == "search_phase_execution_exception"
        }
    }

    @Test func allShardsFailingIsAnError() async throws {
        let cluster = FakeCluster(leaves: 2)
        _ = try await cluster.fill()
        for leaf in cluster.leaves { leaf.state.withLock { $0.isDown = true } }
        await #expect {
            try await cluster.search.search(request("{}"))
        } throws: { error in
            let error = error as? RequestError
            return error?.status == 503 && error?.reason.hasPrefix("all shards failed") == true
        }
        // What every leaf refuses keeps its own words.
        for leaf in cluster.leaves {
            leaf.state.withLock { $0.isDown = false }
            leaf.searchScript.withLock {
                $0 = { _, _ in
                    throw RemoteError(
                        type: "rejected_execution_exception", reason: "full", status: 429)
                }
            }
        }
        await #expect(
            throws: RequestError(
                type: "rejected_execution_exception", reason: "full", status: 429, index: "books")
        ) {
            try await cluster.search.search(request("{}"))
        }
    }

    @Test func noLeafAtAll() async throws {
        let cluster = FakeCluster(leaves: 1)
        _ = try await cluster.fill()
        cluster.table.become(RoutingTable(leaves: []))
        await #expect {
            try await cluster.search.search(request("{}"))
        } throws: { ($0 as? RequestError)?.status == 503 }
    }

    @Test func aSlowLeafIsNotWaitedFor() async throws {
        let cluster = FakeCluster(leaves: 4)
        let index = try await cluster.fill()
        let slow = try #require(cluster.owner(of: 3, index))
        slow.state.withLock { $0.isStuck = true }
        let asked = try request("{'timeout':'300ms','size':200}")
        let searching = Task { try await cluster.search.search(asked) }
        // The other leaves have answered when only the alarm is left; their tasks need no clock.
        await cluster.clock.waitForSleepers(1)
        for leaf in cluster.leaves where leaf !== slow {
            while leaf.calls("search") == 0 { await Task.yield() }
        }
        for _ in 0..<1000 { await Task.yield() }
        cluster.clock.advance(by: .milliseconds(301))
        let response = try await searching.value
        #expect(response.timedOut)
        #expect(
            response.shards.failures.allSatisfy {
                $0.node == slow.name && $0.type == "timeout_exception"
            })
        #expect(response.shards.failed == 4)
        #expect(response.took == .milliseconds(301))
    }

    @Test func aLostPinSearchesOnceMore() async throws {
        let cluster = FakeCluster(leaves: 3)
        _ = try await cluster.fill()
        let body = "{'query':{'match':{'body':'ant'}},'size':100}"
        let calm = try await cluster.search.search(request(body))
        cluster.leaves[1].fetchScript.withLock {
            $0 = { number in
                if number == 2 {
                    throw RemoteError(type: RemoteError.missingPinType, reason: "gone", status: 404)
                }
            }
        }
        let again = try await cluster.search.search(request(body))
        #expect(essence(again) == essence(calm))
        #expect(cluster.leaves[1].calls("fetch") == 3)
        #expect(again.scatter.trips == 2)
    }

    @Test func hitsThatCannotBeReadAreToldOf() async throws {
        let cluster = FakeCluster(leaves: 4)
        _ = try await cluster.fill()
        cluster.leaves[1].fetchScript.withLock {
            $0 = { _ in throw RemoteError(type: "io_exception", reason: "disk", status: 500) }
        }
        let response = try await cluster.search.search(request("{'size':200}"))
        #expect(response.shards.failed == 4)
        #expect(
            response.shards.failures.allSatisfy { $0.reason.contains("could not be read: disk") })
        #expect(response.hits.count < 200 && response.hits.count > 100)
        #expect(response.generations.isEmpty)
    }

    @Test func aNewerMappingIsFetchedAndUsed() async throws {
        let cluster = FakeCluster(leaves: 2)
        _ = try await cluster.fill()
        // Another node's root adds a field; this root's catalog has not seen it yet.
        let other = FakeCluster(leaves: 2, store: cluster.store, metadata: cluster.world.metadata)
        try await other.indices.putMapping(
            ["books"], ["properties": ["title": ["type": "text"]]])
        let version = try #require(other.catalog.current.index(named: "books")?.schema.version)
        #expect(cluster.catalog.current.index(named: "books")?.schema.version != version)
        for leaf in cluster.leaves { leaf.state.withLock { $0.schemaVersion = version } }
        let response = try await cluster.search.search(
            request("{'query':{'match':{'body':'ant'}}}"))
        #expect(response.generations.first?.schemaVersion == version)
        #expect(cluster.leaves[0].calls("search") == 3)
        // A leaf that is ahead of the metadata store is believed after one look.
        for leaf in cluster.leaves { leaf.state.withLock { $0.schemaVersion = version + 1 } }
        #expect(try await cluster.search.search(request("{}")).hits.count == 10)
    }

    @Test func aFieldMadeElsewhereCanBeSortedBy() async throws {
        let cluster = FakeCluster(leaves: 2)
        _ = try await cluster.fill()
        let other = FakeCluster(leaves: 2, store: cluster.store, metadata: cluster.world.metadata)
        try await other.indices.putMapping(
            ["books"], ["properties": ["pages": ["type": "integer"]]])
        #expect(try await cluster.search.search(request("{'sort':'pages'}")).hits.count == 10)
        await #expect {
            try await cluster.search.search(request("{'sort':'nowhere'}"))
        } throws: { error in
            let error = error as? RequestError
            return error?.status == 400 && error?.index == "books"
        }
    }

    @Test func cancellingEndsTheSearch() async throws {
        let cluster = FakeCluster(leaves: 2)
        _ = try await cluster.fill()
        cluster.leaves[0].state.withLock { $0.isStuck = true }
        let searching = Task { try await cluster.search.search(request("{}")) }
        await cluster.clock.waitForSleepers(1)
        searching.cancel()
        await #expect(throws: CancellationError.self) { try await searching.value }
    }
}
