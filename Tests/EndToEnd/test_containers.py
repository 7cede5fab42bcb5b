"""The container image, built from the release build's objects and run as deploy/ runs it: nobody's user, nothing to
write to but its data. Left out where podman is missing or the machine lets nobody start containers."""

import http.server
import io
import os
import ssl
import subprocess
import tarfile
import threading
import uuid

import pytest

from conftest import BINARY, ROOT, Process, call, run_tool
from containers import CONTAINER, Composed, podman, why_not

CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


@pytest.fixture(scope="module")
def image():
    if reason := why_not("host"):
        pytest.skip(reason)
    name = f"localhost/canopy-test:{uuid.uuid4().hex}"
    built = subprocess.run(
        [ROOT / "tools/image", name], env={**os.environ, "CANOPY_BINARY": str(BINARY)},
        capture_output=True, text=True, timeout=300)
    assert built.returncode == 0, built.stdout + built.stderr
    yield name
    podman("image", "rm", "--force", name)


@pytest.fixture
def volume():
    name = f"canopy-test-{uuid.uuid4().hex}"
    yield name
    podman("volume", "rm", "--force", name)


def test_nothing_else_is_in_it(image):
    container = podman("create", image).stdout.decode().strip()
    try:
        archive = podman("export", container).stdout
    finally:
        podman("rm", container)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = {member.name: member for member in tar}
        certificates = tar.extractfile(CERTIFICATES[1:]).read()
    assert {name for name, member in members.items() if member.isfile()} == {"canopy", CERTIFICATES[1:]}
    assert certificates.count(b"BEGIN CERTIFICATE") > 50
    assert (members["var/lib/canopy"].uid, members["canopy"].uid) == (65532, 0)


def test_it_serves_stops_and_finds_its_data_again(image, volume):
    run = [*CONTAINER, "--network=host", f"--name={volume}", f"--volume={volume}:/var/lib/canopy", image]
    settings = ["serve", "--set", "http.port=0", "--set", "leaves=2"]
    try:
        node = Process(settings, program=run).wait_ready()
        assert call(node.url, "GET", "/livez").status == 200
        mappings = {"properties": {"text": {"type": "text", "analyzer": "thai"}}}
        assert call(node.url, "PUT", "/words", {"mappings": mappings}).status == 200
        assert call(node.url, "PUT", "/words/_doc/1?refresh=true", {"text": "ฉันเรียนภาษาไทย"}).status == 201
        node.stop()
        assert node.child.returncode == 0, node.output()
        node = Process(settings, program=run).wait_ready()
        # Words of Thai are told apart by a dictionary, which the executable brings along.
        answer = call(node.url, "POST", "/words/_search", {"query": {"match": {"text": "ภาษา"}}})
        assert answer.json()["hits"]["total"]["value"] == 1
        node.stop()
        assert node.child.returncode == 0, node.output()
    finally:
        podman("rm", "--force", "--ignore", volume)


class Green(http.server.BaseHTTPRequestHandler):
    """Says that all is well, whatever is asked."""

    def do_GET(self):
        body = b'{"status": "green", "cluster_name": "tested"}' if "health" in self.path else b"[]"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def test_it_trusts_the_certificates_in_it_and_no_others(image, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Green)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        # The name is looked up as well.
        run = [*CONTAINER, "--network=host"]
        status = [image, "status", "--url", f"https://localhost:{server.server_port}"]
        refused = subprocess.run([*run, *status], capture_output=True, text=True, timeout=120)
        assert refused.returncode == 1 and "CERTIFICATE_VERIFY_FAILED" in refused.stderr
        tmp_path.chmod(0o755)
        certificate.chmod(0o644)
        with_ours = [*run, f"--volume={certificate}:{CERTIFICATES}:ro", *status]
        trusted = subprocess.run(with_ours, capture_output=True, text=True, timeout=120)
        assert trusted.returncode == 0, trusted.stderr
        assert "green" in trusted.stdout
    finally:
        server.shutdown()
        server.server_close()


def test_the_compose_file_makes_a_cluster(image):
    if reason := why_not("podman"):
        pytest.skip(reason)
    cluster = Composed(image)
    try:
        urls = [cluster.url(root) for root in ("root-0", "root-1")]
        for root in "root-0", "root-1":
            cluster.wait(root)
        assert call(urls[0], "PUT", "/words", {}).status == 200
        for number in range(20):
            answer = call(urls[number % 2], "PUT", f"/words/_doc/{number}", {"text": "word"})
            assert answer.status == 201, answer.body.decode() + cluster.output()
        assert call(urls[0], "POST", "/words/_refresh").status == 200
        run_tool("leaves", "set", 4, "--wait", "--timeout", "60s", "--url", urls[0])
        cluster.kill("leaf-2")
        for url in urls:
            answer = call(url, "POST", "/words/_search", {"query": {"match": {"text": "word"}}}).json()
            assert (answer["hits"]["total"]["value"], answer["_shards"]["failed"]) == (20, 0), cluster.output()
        for number in range(20, 40):
            assert call(urls[1], "PUT", f"/words/_doc/{number}", {"text": "word"}).status == 201, cluster.output()
    finally:
        cluster.stop()
