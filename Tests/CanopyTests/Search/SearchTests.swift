import Analysis
import Testing
@testable import canopy

@Suite struct SearchTests {
    private let mapping: JSONValue = [
        "wiki": [
            "mappings": [
                "properties": [
                    "title": ["type": "text", "fields": ["keyword": ["type": "keyword"]]],
                    "year": ["type": "long"], "place": ["properties": ["name": ["type": "text"]]],
                ]
            ]
        ]
    ]

    @Test func mappingsAreRead() {
        let fields = MappedFields(mapping)
        #expect(fields.textFields == ["place.name", "title"])
        #expect(fields.valueField("title") == "title.keyword")
        #expect(fields.valueField("year") == "year")
        #expect(fields.valueField("place.name") == "place.name")
    }

    @Test func requestsSayWhatWasAsked() throws {
        let body = SearchBody(
            query: "a \"b\"", size: 3, from: 1, fields: [], facets: ["title"],
            sort: ["year:desc", "title"], schema: MappedFields(mapping))
        let json = try body.json()
        #expect(json["query"]?["query_string"]?["query"]?.stringValue == "a \"b\"")
        #expect(json["aggs"]?["title"]?["terms"]?["field"]?.stringValue == "title.keyword")
        #expect(json["sort"]?.description == #"[{"year":{"order":"desc"}},"title.keyword"]"#)
        #expect(json["highlight"]?["fields"]?.objectValue?.keys == ["place.name", "title"])
        let all = SearchBody(
            query: nil, size: 1, from: 0, fields: [], facets: [], sort: [],
            schema: MappedFields(mapping))
        #expect(try all.json().description == #"{"query":{"match_all":{}},"from":0,"size":1}"#)
    }

    @Test func answersAreShownSafely() throws {
        let answer = try JSONParser.parse(
            Array(
                """
                {"took":4,"timed_out":false,
                "_shards":{"total":2,"successful":1,"skipped":0,"failed":1},
                "hits":{"total":{"value":12345,"relation":"gte"},"hits":[{"_index":"wiki","_id":"7",
                "_score":1.5,"_source":{"title":"The \\u001b[31m Title"},
                "highlight":{"body":["some \\ue000word\\ue001 here"]}}]},
                "aggregations":{"year":{"sum_other_doc_count":5,
                "buckets":[{"key":1999,"doc_count":1200}]}}}
                """.utf8))
        let page = SearchPage(style: .plain, columns: 80, from: 0, fields: [])
        #expect(
            page.text(answer, elapsed: .milliseconds(12), cacheVerdict: "hit") == """
                  1 The [31m Title
                    wiki · 7 · 1.500
                    body: some word here

                year  1999 1,200 · 5 in others
                1 of at least 12,345 hits · 12.0 ms · 4 ms at the server · cache hit
                1 of 2 shards did not answer: hits may be missing

                """)
        let bold = SearchPage(
            style: TerminalStyle(isEnabled: true), columns: 80, from: 0, fields: [])
        #expect(
            bold.text(answer, elapsed: .zero, cacheVerdict: nil)
                .contains("\u{1B}[1m\u{1B}[33mword\u{1B}[0m\u{1B}[0m here"))
    }
}
