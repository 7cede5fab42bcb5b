"""A seeded collection with everything an index can hold: text, keywords, numbers, dates, arrays, gaps."""

import datetime
import random

SECTIONS = ["admin", "devel", "doc", "games", "net", "science", "text", "web"]
MAPPINGS = {
    "properties": {
        "title": {"type": "text", "fields": {"keyword": {"type": "keyword"}}},
        "body": {"type": "text", "analyzer": "english"},
        "section": {"type": "keyword"},
        "tags": {"type": "keyword"},
        "year": {"type": "integer"},
        "size": {"type": "long"},
        "rating": {"type": "double"},
        "open": {"type": "boolean"},
        "wanted": {"type": "integer"},
        "published": {"type": "date"},
    }
}


def vocabulary(rng, count=600):
    letters = "abcdefghijklmnoprstuvw"
    words = ["".join(rng.choices(letters, k=rng.randint(2, 8))) for _ in range(count - 8)]
    return ["distributed", "search", "engine", "straße", "café", "東京", "шина", "3.14"] + words


def documents(count=3000, seed=7):
    rng = random.Random(seed)
    words = vocabulary(rng)
    weights = [1 / (rank + 2) for rank in range(len(words))]
    start = datetime.datetime(2001, 1, 1)
    for number in range(count):
        source = {
            "title": " ".join(rng.choices(words, weights, k=rng.randint(1, 6))),
            "body": " ".join(rng.choices(words, weights, k=rng.randint(3, 120))),
            "section": rng.choice(SECTIONS),
            "year": rng.randint(1990, 2026),
            "size": rng.randint(-5, 5) * 10 ** rng.randint(0, 12),
        }
        if rng.random() < 0.8:
            source["tags"] = rng.sample(SECTIONS, rng.randint(0, 4))
        if rng.random() < 0.7:
            source["rating"] = round(rng.uniform(0, 5), 2)
        if rng.random() < 0.9:
            source["open"] = rng.random() < 0.5
        source["wanted"] = number % 4
        when = start + datetime.timedelta(minutes=rng.randint(0, 12_000_000))
        source["published"] = when.strftime("%Y-%m-%dT%H:%M:%SZ")
        yield f"doc-{number}", source


def searches(seed=11, count=200):
    """Requests over every kind of clause, filter, sort and facet, the same for a seed."""
    rng = random.Random(seed)
    words = vocabulary(random.Random(7))[:150]
    facets = {
        "sections": {"terms": {"field": "section"}},
        "tags": {"terms": {"field": "tags", "size": 3}},
        "years": {"range": {"field": "year", "ranges": [{"to": 2000}, {"from": 2000, "to": 2010}, {"from": 2010}]}},
    }

    def some(low, high):
        return " ".join(rng.choices(words, k=rng.randint(low, high)))

    def function(depth):
        kind = rng.choice([
            {"random_score": {"seed": rng.randint(0, 9)}},
            {"field_value_factor": {"field": "rating", "modifier": "log1p", "missing": 1}},
            {"gauss": {"published": {"origin": "2012-06-01", "scale": "400d", "offset": "10d"}}},
            {"linear": {"year": {"origin": 2010, "scale": 7, "decay": 0.3}}},
            {"exp": {"size": {"origin": 0, "scale": 1000}}},
        ])
        return {**kind, "weight": 1.5} if depth == 2 or rng.random() < 0.5 else {**kind, "filter": clause(depth + 1)}

    def clause(depth=0):
        kind = rng.randint(0, 24 if depth < 2 else 18)
        return [
            lambda: {"match": {"body": some(1, 4)}},
            lambda: {"match": {"title": {"query": some(1, 3), "operator": "and"}}},
            lambda: {"match_phrase": {"body": some(2, 2)}},
            lambda: {"multi_match": {"query": some(1, 3), "fields": ["title^2", "body"]}},
            lambda: {"term": {"section": rng.choice(SECTIONS)}},
            lambda: {"terms": {"tags": rng.sample(SECTIONS, 2)}},
            lambda: {"range": {"year": {"gte": rng.randint(1990, 2010), "lt": rng.randint(2011, 2030)}}},
            lambda: {"range": {"published": {"gte": "2010-01-01"}}},
            lambda: {"exists": {"field": rng.choice(["rating", "tags", "open"])}},
            lambda: {"prefix": {"title": rng.choice(words)[:2]}},
            lambda: {"query_string": {"query": f"title:{rng.choice(words)} OR ({some(1, 2)}) -{rng.choice(words)}"}},
            lambda: {"wildcard": {"title": rng.choice(words)[:1] + rng.choice(["*", "?*", "*a*", "???"])}},
            lambda: {"regexp": {"section": rng.choice(["[a-g].*", "(.{3}|~(.*e.*))&[^w]@", "TEXT|n.t"])}},
            lambda: {"fuzzy": {"title": {"value": rng.choice(words), "max_expansions": rng.choice([1, 3, 50])}}},
            lambda: {"match": {"body": {"query": some(1, 3), "fuzziness": rng.choice(["AUTO", 1, 2]), rng.choice(["max_expansions", "fuzzy_max_doc_freq"]): 4}}},
            lambda: {"match_phrase_prefix": {"body": {"query": some(1, 2)[:-1], "max_expansions": 5}}},
            lambda: {"match_bool_prefix": {"title": some(1, 2)[:-1]}},
            lambda: {"query_string": {"query": f"title:{rng.choice(words)[:2]}*{rng.choice(words)[-1]} {rng.choice(words)}~1 /s.*/"}},
            lambda: {"multi_match": {"query": some(1, 3), "fields": ["title^2", "section"], "type": "cross_fields", "tie_breaker": 0.3}},
            lambda: {"boosting": {"positive": clause(depth + 1), "negative": clause(depth + 1), "negative_boost": 0.25}},
            lambda: {"bool": {"must": [clause(depth + 1)], "should": [clause(depth + 1)], "filter": [clause(depth + 1)]}},
            lambda: {"bool": {"should": [clause(depth + 1) for _ in range(3)], "must_not": [clause(depth + 1)], "minimum_should_match": rng.randint(1, 2)}},
            lambda: {"function_score": {"query": clause(depth + 1), "functions": [function(depth) for _ in range(rng.randint(1, 3))], "score_mode": rng.choice(["multiply", "sum", "avg", "first", "max", "min"]), "boost_mode": rng.choice(["multiply", "sum", "replace", "avg"])}},
            lambda: {"function_score": {"query": clause(depth + 1), **function(2), "min_score": 0.5}},
            lambda: {"terms_set": {"tags": {"terms": rng.sample(SECTIONS, 4), "minimum_should_match_field": "wanted"}}},
        ][kind]()

    sorts = [
        None, None, None, [{"year": "desc"}], [{"rating": {"order": "asc", "missing": "_first"}}],
        ["section", {"published": "desc"}], [{"size": "asc"}, "_score"], ["title.keyword"],
    ]
    for _ in range(count):
        body = {"query": clause(), "size": rng.choice([0, 1, 10, 50])}
        if rng.random() < 0.3:
            body["from"] = rng.choice([1, 10, 100])
        if rng.random() < 0.4:
            body["aggs"] = facets
        if rng.random() < 0.3:
            body["highlight"] = {"fields": {"title": {}, "body": {}}}
        body["track_total_hits"] = rng.choice([True, True, 100, False])
        sort = rng.choice(sorts)
        if sort:
            body["sort"] = sort
        elif rng.random() < 0.3:
            body["rescore"] = {"window_size": rng.choice([3, 20, 300]), "query": {"rescore_query": clause(), "query_weight": 0.7, "score_mode": rng.choice(["total", "max", "multiply"])}}
        yield body
