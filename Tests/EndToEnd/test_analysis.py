"""Text analysis: an index's own analyzers, the default for scripts without spaces, synonyms, normalizers, `_analyze`."""

import pytest

from conftest import Node

POEMS = {
    "settings": {
        "number_of_shards": 3,
        "analysis": {
            "char_filter": {"signs": {"type": "mapping", "mappings": ["& => and", "C++ => cplusplus"]}},
            "filter": {
                "places": {"type": "synonym_graph", "synonyms": ["ny, new york", "usa => united states"]},
                "german_words": {"type": "stop", "stopwords": "_german_"},
            },
            "analyzer": {
                "names": {"tokenizer": "standard", "char_filter": ["html_strip", "signs"], "filter": ["lowercase"]},
                "asked": {"tokenizer": "standard", "char_filter": ["signs"], "filter": ["lowercase", "places"]},
                "prefixes": {"tokenizer": "beginnings", "filter": ["lowercase"]},
                "deutsch": {"tokenizer": "standard", "filter": ["lowercase", "german_words", "german_normalization"]},
            },
            "tokenizer": {"beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": 8, "token_chars": ["letter"]}},
            "normalizer": {"plain": {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
        },
    },
    "mappings": {
        "properties": {
            "title": {
                "type": "text", "analyzer": "names", "search_analyzer": "asked",
                "fields": {"start": {"type": "text", "analyzer": "prefixes", "search_analyzer": "simple"}},
            },
            "german": {"type": "text", "analyzer": "deutsch"},
            "thai": {"type": "text", "analyzer": "thai"},
            "tag": {"type": "keyword", "normalizer": "plain"},
        }
    },
}

DOCUMENTS = [
    ("1", {"title": "<b>New York</b> at night", "german": "Die Bäume", "tag": "Café"}),
    ("2", {"title": "NY & me", "german": "Baeume und Häuser", "tag": "CAFE"}),
    ("3", {"title": "New ways in York", "german": "Baum", "tag": "bar"}),
    ("4", {"title": "Learning C++ in the United States", "thai": "ภาษาไทยง่าย", "tag": "Bar"}),
]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("analysis") / "data", leaves=2)
    made = node("PUT", "/poems", POEMS)
    assert made.status == 200, made.body
    node.bulk("poems", DOCUMENTS)
    yield node
    node.stop()


def found(node, query, index="poems"):
    return sorted(hit["_id"] for hit in node.search(index, {"query": query})["hits"]["hits"])


@pytest.mark.parametrize("query,ids", [
    ({"match": {"title": {"query": "ny", "operator": "and"}}}, ["1", "2"]),
    ({"match": {"title": {"query": "New York", "operator": "and"}}}, ["1", "2"]),
    ({"match_phrase": {"title": "ny at night"}}, ["1"]),
    ({"match_phrase": {"title": "new york and me"}}, ["2"]),
    ({"match": {"title": {"query": "USA C++", "operator": "and"}}}, ["4"]),
    ({"match": {"title": {"query": "b"}}}, []),
    ({"match": {"title.start": "lear"}}, ["4"]),
    ({"match": {"german": "Bäume"}}, ["1", "2"]),
    ({"match": {"thai": "ภาษา"}}, ["4"]),
    ({"term": {"tag": "café"}}, ["1", "2"]),
    ({"term": {"tag": "BAR"}}, ["3", "4"]),
    ({"prefix": {"tag": "CA"}}, ["1", "2"]),
])
def test_an_index_is_searched_as_it_was_analysed(node, query, ids):
    assert found(node, query) == ids


def test_facets_hold_normalized_keywords(node):
    answer = node.search("poems", {"size": 0, "aggs": {"tags": {"terms": {"field": "tag"}}}})
    buckets = {b["key"]: b["doc_count"] for b in answer["aggregations"]["tags"]["buckets"]}
    assert buckets == {"cafe": 2, "bar": 2}


def test_highlights_reach_back_through_character_filters(node):
    answer = node.search("poems", {
        "query": {"match_phrase": {"title": "new york"}}, "highlight": {"fields": {"title": {}}}})
    lights = {hit["_id"]: hit["highlight"]["title"][0] for hit in answer["hits"]["hits"]}
    assert lights["1"] == "<b><em>New</em> <em>York</em></b> at night"
    assert lights["2"] == "<em>NY</em> & me"


def test_a_mapping_that_says_nothing_finds_scripts_without_spaces(node):
    node.bulk("world", [
        ("ja", {"text": "東京都で働くエンジニア"}), ("zh", {"text": "中华人民共和国的首都是北京"}),
        ("ko", {"text": "한국어를 배우는 사람들"}), ("th", {"text": "ฉันชอบกินข้าวผัดที่กรุงเทพ"}),
        ("en", {"text": "The quick brown foxes can't jump"})])
    for words, identifier in [
            ("東京", "ja"), ("エンジニア", "ja"), ("北京", "zh"), ("首都", "zh"), ("한국어", "ko"),
            ("배우는", "ko"), ("ข้าวผัด", "th"), ("กรุงเทพ", "th"), ("QUICK", "en"), ("can't", "en")]:
        query = {"match": {"text": {"query": words, "operator": "and"}}}
        assert found(node, query, "world") == [identifier], words
    assert found(node, {"match": {"text": {"query": "京都大", "operator": "and"}}}, "world") == []


def test_the_settings_come_back_and_stay(node):
    index = node("GET", "/poems").json()["poems"]
    assert index["settings"]["index"]["analysis"] == POEMS["settings"]["analysis"]
    assert index["mappings"]["properties"]["tag"]["normalizer"] == "plain"
    refused = node("PUT", "/poems/_settings", {"analysis": {"analyzer": {"x": {"type": "simple"}}}})
    assert refused.status == 400 and "analysis" in refused.reason


def test_rules_of_synonyms_change_while_it_serves(node):
    settings = {"number_of_shards": 2, "analysis": {
        "filter": {"places": {"type": "synonym_graph", "updateable": True, "synonyms": ["ny, new york"]},
                   "fixed": {"type": "synonym", "synonyms": ["a, b"]}},
        "analyzer": {"asked": {"tokenizer": "standard", "filter": ["lowercase", "places"]},
                     "kept": {"tokenizer": "standard", "filter": ["lowercase", "fixed"]}}}}
    mappings = {"properties": {"title": {"type": "text", "search_analyzer": "asked"}}}
    made = node("PUT", "/live", {"settings": settings, "mappings": mappings})
    assert made.status == 200, made.body
    node.bulk("live", [("1", {"title": "New York"}), ("2", {"title": "Los Angeles"}), ("3", {"title": "NY"})])
    asked = {"match": {"title": {"query": "ny", "operator": "and"}}}
    # Twice, so that the answer comes from the cache.
    assert found(node, asked, "live") == found(node, asked, "live") == ["1", "3"]
    changed = node("PUT", "/live/_settings", {"index.analysis.filter.places.synonyms": ["la, los angeles"]})
    assert changed.status == 200, changed.body
    assert found(node, asked, "live") == ["3"]
    assert found(node, {"match_phrase": {"title": "la"}}, "live") == ["2"]
    node.bulk("live", [("4", {"title": "LA", "grown": 1})])
    assert found(node, {"match_phrase": {"title": "los angeles"}}, "live") == ["2", "4"]
    shown = node("GET", "/live/_settings").json()["live"]["settings"]["index"]["analysis"]
    assert shown["filter"]["places"]["synonyms"] == ["la, los angeles"]
    for section, word in [
            ({"filter": {"places": {"synonyms": ["a => b => c"]}}}, "[a => b => c]"),
            ({"filter": {"fixed": {"synonyms": ["a, c"]}}}, "index.analysis.filter.fixed.synonyms"),
            ({"analyzer": {"asked": {"filter": ["lowercase"]}}}, "index.analysis.analyzer.asked.filter")]:
        refused = node("PUT", "/live/_settings", {"analysis": section})
        assert refused.status == 400 and word in refused.reason, refused.body
    assert found(node, asked, "live") == ["3"]
    refused = node("PUT", "/live/_mapping", {"properties": {"x": {"type": "text", "analyzer": "asked"}}})
    assert refused.status == 400 and "not allowed to run in index time mode" in refused.reason


@pytest.mark.parametrize("settings,words", [
    ({"filter": {"f": {"type": "klingon"}}}, ["index.analysis.filter.f", "klingon", "lowercase"]),
    ({"analyzer": {"a": {"tokenizer": "standard", "filter": ["f"]}}}, ["index.analysis.analyzer.a", "[f]"]),
    ({"filter": {"f": {"type": "stop", "stopwords": "_elvish_"}}}, ["_elvish_", "_german_"]),
    ({"filter": {"f": {"type": "ngram", "min_gram": 3, "max_gram": 2}}}, ["min_gram", "3", "2"]),
    ({"char_filter": {"c": {"type": "pattern_replace", "pattern": "("}}}, ["pattern", "("]),
])
def test_wrong_settings_name_the_place(node, settings, words):
    answer = node("PUT", "/wrong", {"settings": {"analysis": settings}})
    assert answer.status == 400, answer.body
    for word in words:
        assert word in answer.reason, answer.reason
    assert node("HEAD", "/wrong").status == 404


def test_analyze_explains(node):
    tokens = node("GET", "/_analyze", {"text": "The Fox 東京都"}).json()["tokens"]
    assert tokens[0] == {
        "token": "the", "start_offset": 0, "end_offset": 3, "type": "<ALPHANUM>", "position": 0}
    assert [token["token"] for token in tokens] == ["the", "fox", "東京", "京都"]
    field = node("POST", "/poems/_analyze", {"field": "tag", "text": "Élan"}).json()
    assert [token["token"] for token in field["tokens"]] == ["elan"]
    detail = node("POST", "/poems/_analyze", {
        "analyzer": "asked", "text": "in NY & LA", "explain": True}).json()["detail"]
    assert detail["custom_analyzer"] is True
    assert detail["charfilters"] == [{"name": "signs", "filtered_text": ["in NY and LA"]}]
    assert [stage["name"] for stage in detail["tokenfilters"]] == ["lowercase", "places"]
    last = {t["token"]: (t["position"], t["positionLength"]) for t in detail["tokenfilters"][1]["tokens"]}
    assert last == {"in": (0, 1), "ny": (1, 2), "new": (1, 1), "york": (2, 1), "and": (3, 1), "la": (4, 1)}


def test_analyzers_survive_a_restart(tmp_path):
    node = Node(tmp_path / "data", leaves=2)
    assert node("PUT", "/poems", POEMS).status == 200
    node.bulk("poems", DOCUMENTS)
    node.stop()
    node.start()
    try:
        assert found(node, {"match": {"title": {"query": "ny", "operator": "and"}}}) == ["1", "2"]
        assert found(node, {"term": {"tag": "CAFÉ"}}) == ["1", "2"]
    finally:
        node.stop()
