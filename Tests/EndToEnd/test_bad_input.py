"""Bad input of every kind: a clear error that names the place, and the process goes on."""

import glob
import gzip
import http.client
import os
import socket
import subprocess
import urllib.parse

import pytest

import synthetic
from conftest import BINARY, Node, Process, free_ports, run_tool


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("bad") / "data", leaves=2)
    assert node("PUT", "/mixed", {"mappings": synthetic.MAPPINGS}).status == 200
    node.bulk("mixed", synthetic.documents(50))
    yield node
    assert node("GET", "/mixed/_count").json()["count"] == 50 + node.extra
    node.stop()


@pytest.fixture(scope="module", autouse=True)
def counted(busy):
    busy.extra = 0


@pytest.mark.parametrize("body,words", [
    ('{"query": {"match_all": {}', ["end"]),
    ('{"query" {"match_all": {}}}', ["expected"]),
    ("[" * 100_000, ["inside one another"]),
    ('{"query": {"match_all": {}}} trailing', ["after"]),
    ('{"query": {"bool": {"must": [' * 100 + '{"match_all": {}}' + "]}}" * 100 + "}", ["inside one another"]),
    ('{"query": {"fuzzyish": {"a": 1}}}', ["fuzzyish"]),
    ('{"query": {"match": {"title": {"query": "x", "colour": 1}}}}', ["colour"]),
    ('{"querry": {}}', ["querry"]),
    ('{"size": -1}', ["size"]),
    ('{"size": 100000}', ["size", "10000"]),
    ('{"from": "x"}', ["from"]),
    ('{"query": {"match_all": {}}, "query": {"match_all": {}}}', ["query"]),
    ('{"query": {"range": {"year": {"gte": "abc"}}}}', ["year", "abc"]),
    ('{"query": {"range": {"published": {"gte": "not a date"}}}}', ["published"]),
    ('{"query": {"query_string": {"query": "(unclosed"}}}', ["column"]),
    ('{"aggs": {"x": {"significant_banana": {}}}}', ["significant_banana"]),
    ('{"aggs": {"x": {"terms": {"field": "body"}}}}', ["body"]),
    ('{"sort": ["body"]}', ["body"]),
    ('{"sort": ["no_such_field"]}', ["no_such_field"]),
    ('{"track_total_hits": "maybe"}', ["track_total_hits"]),
])
def test_a_bad_search_is_a_400_that_names_it(busy, body, words):
    answer = busy("POST", "/mixed/_search", body)
    assert answer.status == 400, answer.body
    tree = answer.json()
    assert tree["status"] == 400 and tree["error"]["root_cause"]
    for word in words:
        assert word.lower() in answer.reason.lower(), answer.reason


def test_invalid_utf8_is_refused_where_it_stands(busy):
    answer = busy("POST", "/mixed/_search", b'{"query": {"match": {"title": "\xff\xfe"}}}')
    assert answer.status == 400 and "utf-8" in answer.reason.lower()
    answer = busy("PUT", "/mixed/_doc/bad", b'{"title": "\xc3\x28"}')
    assert answer.status == 400 and "utf-8" in answer.reason.lower()


@pytest.mark.parametrize("method,path,status,word", [
    ("GET", "/mixed/_search?colour=red", 400, "colour"),
    ("GET", "/nowhere/_search", 404, "nowhere"),
    ("GET", "/mixed/_banana", 400, "_banana"),
    ("PATCH", "/mixed", 405, "PATCH"),
    ("PUT", "/Upper", 400, "Upper"),
    ("PUT", "/_hidden", 400, "_hidden"),
    ("PUT", "/..%2Fetc", 400, ""),
    ("PUT", "/mixed", 400, "exists"),
    ("GET", "/mixed/_doc/none", 404, None),
    ("DELETE", "/nowhere", 404, "nowhere"),
])
def test_bad_paths_and_parameters_are_named(busy, method, path, status, word):
    answer = busy(method, path)
    assert answer.status == status, answer.body
    if word is not None:
        assert word in answer.reason


def test_a_bad_mapping_is_refused(busy):
    for body, word in [
        ({"mappings": {"properties": {"a": {"type": "tensor"}}}}, "tensor"),
        ({"mappings": {"properties": {"a": {"type": "text", "analyzer": "klingon"}}}}, "klingon"),
        ({"settings": {"number_of_shards": 0}}, "number_of_shards"),
        ({"settings": {"colour": 1}}, "colour"),
    ]:
        answer = busy("PUT", "/other", body)
        assert answer.status == 400 and word in answer.reason, answer.body
    assert busy("HEAD", "/other").status == 404
    answer = busy("PUT", "/mixed/_mapping", {"properties": {"year": {"type": "keyword"}}})
    assert answer.status == 400 and "year" in answer.reason


def test_one_bad_line_in_a_bulk_leaves_the_rest_in(busy):
    lines = []
    for number in range(20):
        lines.append('{"index":{"_id":"bulk-%d"}}' % number)
        lines.append('{"year": "abc"}' if number == 7 else '{"title": ' if number == 11 else '{"year": %d}' % number)
    answer = busy("POST", "/mixed/_bulk?refresh=true", "\n".join(lines) + "\n")
    assert answer.status == 200
    result = answer.json()
    assert result["errors"] is True and len(result["items"]) == 20
    bad = {n: item["index"] for n, item in enumerate(result["items"]) if "error" in item["index"]}
    assert set(bad) == {7, 11} and all(item["status"] == 400 for item in bad.values())
    assert "year" in str(bad[7]["error"]) and "24" in str(bad[11]["error"])
    busy.extra += 18


def test_a_huge_body_is_refused(busy):
    target = urllib.parse.urlparse(busy.url)
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=30)
    connection.putrequest("POST", "/mixed/_search")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(4 << 30))
    connection.endheaders()
    try:
        connection.send(b" " * (1 << 20))
    except OSError:
        pass
    try:
        assert connection.getresponse().status == 413
    except (ConnectionResetError, http.client.RemoteDisconnected):
        pass
    connection.close()


def test_a_small_body_that_becomes_a_huge_one_is_refused(busy):
    bomb = gzip.compress(b" " * (300 << 20))
    answer = busy("POST", "/_bulk", bomb, {"Content-Encoding": "gzip"})
    assert answer.status == 413 and "smaller parts" in answer.reason
    answer = busy("POST", "/_bulk", bomb[:1000], {"Content-Encoding": "gzip"})
    assert answer.status == 400 and "cut off" in answer.reason
    assert busy("GET", "/livez").status == 200


def test_garbage_on_the_socket_hurts_nobody(busy):
    target = urllib.parse.urlparse(busy.url)
    for garbage in [b"\x00" * 100, b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 100_000, b"\r\n" * 1000]:
        with socket.create_connection((target.hostname, target.port), timeout=10) as s:
            s.sendall(garbage)
            s.shutdown(socket.SHUT_WR)
            try:
                s.recv(1 << 16)
            except OSError:
                pass
    assert busy("GET", "/livez").status == 200


def test_many_fields_overflow_instead_of_failing(busy):
    document = {f"field_{n}": f"value{n}" for n in range(1500)}
    assert busy("PUT", "/wide/_doc/1?refresh=true", document).status == 201
    assert busy("GET", "/wide/_doc/1").json()["_source"]["field_1499"] == "value1499"
    found = busy.search("wide", {"query": {"match": {"_overflow": "value1499"}}})
    assert found["hits"]["total"]["value"] == 1


@pytest.mark.parametrize("arguments,words", [
    (["--set", "leaves=0"], ["leaves", "0"]),
    (["--set", "leaves=banana"], ["leaves", "banana"]),
    (["--set", "leevs=3"], ["leevs"]),
    (["--set", "http.host=0.0.0.0"], ["http.host", "loopback"]),
    (["--set", "roles=front"], ["roles"]),
    (["--set", "roles=leaf,wizard"], ["roles", "wizard"]),
    (["--config", "/nonexistent.yaml"], ["/nonexistent.yaml"]),
])
def test_impossible_configuration_is_explained(tmp_path, arguments, words):
    done = run_tool("serve", "--set", f"data={tmp_path}", *arguments, check=False)
    assert done.returncode != 0
    for word in words:
        assert word in done.stderr, done.stderr
    assert "Fatal error" not in done.stderr


def test_bad_configuration_files(tmp_path):
    for text, word in [("leaves: [", "YAML"), ("leevs: 4", "leevs"), ("- a\n- b", "mapping")]:
        path = tmp_path / "bad.yaml"
        path.write_text(text)
        done = run_tool("serve", "--config", path, check=False)
        assert done.returncode != 0 and word in done.stderr, done.stderr


def test_a_port_in_use(busy, tmp_path):
    port = urllib.parse.urlparse(busy.url).port
    done = run_tool(
        "serve", "--set", f"data={tmp_path}", "--set", f"http.port={port}", check=False)
    assert done.returncode != 0 and str(port) in done.stderr and "use" in done.stderr


def test_a_folder_in_use_by_another_process(busy):
    done = run_tool(
        "serve", "--set", f"data={busy.data}", "--set", "http.port=0", check=False)
    assert done.returncode != 0
    assert str(busy.front.child.pid) in done.stderr and busy.data in done.stderr, done.stderr


def flip(path, where):
    with open(path, "r+b") as file:
        file.seek(where)
        byte = file.read(1)[0]
        file.seek(where)
        file.write(bytes([byte ^ 0x10]))


@pytest.mark.parametrize("kind", ["segments", "log"])
def test_a_corrupted_file_is_found_and_named(tmp_path, kind):
    node = Node(tmp_path / "data", leaves=2)
    node.bulk("mixed", synthetic.documents(300))
    assert node("POST", "/mixed/_flush").status == 200
    node.bulk("mixed", [("late", {"title": "after the flush"})])
    node.stop()
    files = sorted(
        path for path in glob.glob(f"{node.data}/**/{kind}/*", recursive=True)
        if os.path.isfile(path))
    victim = files[-1]
    flip(victim, os.path.getsize(victim) // 2)
    found = run_tool("inspect", victim, check=False)
    assert found.returncode != 0 and os.path.basename(victim) in found.stderr + found.stdout
    node = Node(tmp_path / "data", leaves=2)
    try:
        answer = node("POST", "/mixed/_search", {"query": {"match_all": {}}, "size": 0}).json()
        if answer.get("status") != 503:
            assert answer["_shards"]["failed"] == 1
            reason = answer["_shards"]["failures"][0]["reason"]["reason"]
            name = os.path.basename(victim)
            assert (f"slot {int(name)} " if kind == "log" else name) in reason, reason
        assert node("GET", "/livez").status == 200
    finally:
        node.stop()
