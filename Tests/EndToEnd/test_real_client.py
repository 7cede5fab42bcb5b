"""opensearch-py, unmodified, against a root and its leaves."""

import pytest
from opensearchpy import NotFoundError, OpenSearch, helpers

import synthetic


@pytest.fixture(scope="module")
def client(shared_node):
    return OpenSearch(shared_node.url)


def test_a_client_creates_fills_and_searches(client):
    assert client.ping()
    assert client.info()["version"]["distribution"] == "opensearch"
    made = client.indices.create(index="people", body={"mappings": synthetic.MAPPINGS})
    assert made["acknowledged"] is True
    assert client.indices.exists(index="people")

    actions = ({"_index": "people", "_id": key, "_source": source}
               for key, source in synthetic.documents(10_000, seed=3))
    done, errors = helpers.bulk(client, actions, chunk_size=1_000)
    assert (done, errors) == (10_000, [])
    client.indices.refresh(index="people")
    assert client.count(index="people")["count"] == 10_000

    found = client.search(
        index="people",
        body={"query": {"match": {"body": "search"}}, "size": 5,
              "aggs": {"by": {"terms": {"field": "section"}}}})
    assert len(found["hits"]["hits"]) == 5
    scores = [hit["_score"] for hit in found["hits"]["hits"]]
    assert scores == sorted(scores, reverse=True)
    counted = sum(b["doc_count"] for b in found["aggregations"]["by"]["buckets"])
    exact = client.count(index="people", body={"query": {"match": {"body": "search"}}})["count"]
    assert counted == exact
    shards = found["_shards"]
    assert shards["successful"] + shards["failed"] == shards["total"]


def test_a_client_reads_updates_and_deletes(client):
    got = client.get(index="people", id="doc-42")
    assert got["_id"] == "doc-42" and got["_version"] == 1
    changed = client.update(index="people", id="doc-42", body={"doc": {"year": 1815}})
    assert changed["result"] == "updated" and changed["_version"] == 2
    assert client.get(index="people", id="doc-42")["_source"]["year"] == 1815
    again = client.update(index="people", id="doc-42", body={"doc": {"year": 1815}})
    assert again["result"] == "noop"
    hits = client.search(
        index="people", body={"query": {"term": {"year": 1815}}},
        request_cache=False)["hits"]["hits"]
    client.indices.refresh(index="people")
    hits = client.search(index="people", body={"query": {"term": {"year": 1815}}})["hits"]["hits"]
    assert [hit["_id"] for hit in hits] == ["doc-42"]
    assert client.delete(index="people", id="doc-42", refresh=True)["result"] == "deleted"
    with pytest.raises(NotFoundError):
        client.get(index="people", id="doc-42")
    assert client.count(index="people")["count"] == 9_999


def test_conflicts_are_reported_per_item(client):
    made = client.index(index="people", id="twice", body={"title": "one"})
    assert made["result"] == "created"
    ok, errors = helpers.bulk(
        client,
        [{"_op_type": "create", "_index": "people", "_id": "twice", "title": "two"},
         {"_op_type": "index", "_index": "people", "_id": "new-one", "title": "three"}],
        raise_on_error=False)
    assert ok == 1 and errors[0]["create"]["status"] == 409
    stale = client.transport.perform_request
    with pytest.raises(Exception) as error:
        stale("PUT", f"/people/_doc/twice?if_seq_no={made['_seq_no'] + 99}"
              f"&if_primary_term={made['_primary_term']}", body={"title": "no"})
    assert error.value.status_code == 409


def test_mappings_settings_health_and_cat(client):
    mapping = client.indices.get_mapping(index="people")["people"]["mappings"]["properties"]
    assert mapping["title"]["fields"]["keyword"]["type"] == "keyword"
    client.indices.put_mapping(index="people", body={"properties": {"extra": {"type": "keyword"}}})
    assert client.indices.get_settings(index="people")["people"]["settings"]["index"]
    assert client.cluster.health()["status"] in ("green", "yellow")
    assert any(row["index"] == "people" for row in client.cat.indices(format="json"))
    assert len(client.cat.shards(format="json")) >= 8
    client.indices.delete(index="people")
    assert not client.indices.exists(index="people")


def test_a_client_may_compress(client, shared_node):
    small = OpenSearch(shared_node.url, http_compress=True)
    done, errors = helpers.bulk(
        small, ({"_index": "pressed", "_id": n, "text": f"number {n} " + "again " * 50} for n in range(500)),
        refresh=True)
    assert (done, errors) == (500, [])
    query = {"query": {"match": {"text": "number"}}, "size": 20}
    pressed, plain = (c.search(index="pressed", body=query) for c in (small, client))
    assert pressed["hits"] == plain["hits"] and pressed["hits"]["total"]["value"] == 500
