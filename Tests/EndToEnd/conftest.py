"""Real Canopy processes for the end-to-end tests: started on free loopback ports, stopped by process id."""

import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import pytest

from servers import own

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("CANOPY_BINARY", str(ROOT / ".build/release/canopy"))
START_LIMIT_SECONDS = 60
# Of all processes of this run; gone with it, after failing tests have told what was in them.
LOGS = tempfile.TemporaryDirectory(prefix="canopy-logs-")


# Below the ports that outgoing connections take.
PORTS = own(range(10_000, 19_000))


def free_ports(count):
    """`count` consecutive ports that were free a moment ago."""
    while True:
        base = random.choice(PORTS)
        sockets = []
        try:
            for port in range(base, base + count):
                s = socket.socket()
                sockets.append(s)
                s.bind(("127.0.0.1", port))
            return base
        except (OSError, OverflowError):
            continue
        finally:
            for s in sockets:
                s.close()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    @property
    def reason(self):
        error = self.json()["error"]
        return error if isinstance(error, str) else error["reason"]


class Process:
    """One canopy process, by itself or run by another program. Its log is kept in `log` for the report of a failing
    test."""

    def __init__(self, arguments, environment=None, program=(BINARY,)):
        self.log = tempfile.NamedTemporaryFile(
            "w+", suffix=".log", dir=LOGS.name, delete=False)
        self.child = subprocess.Popen(
            [*program, *map(str, arguments)], stdout=subprocess.PIPE, stderr=self.log, text=True,
            env={**os.environ, **(environment or {})})
        self.url = None

    def wait_ready(self):
        """Reads standard output up to the line that says the process serves."""
        deadline = time.monotonic() + START_LIMIT_SECONDS
        for line in self.child.stdout:
            if "ready" in line:
                self.url = line.split()[-1].strip()
                return self
            if time.monotonic() > deadline:
                break
        raise AssertionError(f"did not start: {self.output()}")

    def output(self):
        return pathlib.Path(self.log.name).read_text()

    def kill(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        self.child.wait()
        self.child.stdout.close()

    def stop(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"did not stop on SIGTERM: {self.output()}")
        self.child.stdout.close()


def call(url, method="GET", path="/", body=None, headers=None, timeout=60):
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
    if isinstance(body, str):
        body = body.encode()
    sent = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url + path, data=body, method=method, headers=sent)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


class Node:
    """A whole Canopy: front, root and leaves in one process or each leaf in its own."""

    def __init__(self, data, leaves=4, processes=False, settings=None, environment=None):
        self.data, self.leaves, self.processes = str(data), leaves, processes
        self.settings = {"http.port": 0, "log.level": "warning", **(settings or {})}
        self.environment = environment
        self.leaf_processes = []
        self.front = None
        self.start()

    def _arguments(self, **extra):
        settings = {**self.settings, "data": self.data, "leaves": self.leaves, **extra}
        return ["serve", *[x for k, v in settings.items() for x in ("--set", f"{k}={v}")]]

    def start(self):
        if self.processes:
            if "leaf.base_port" not in self.settings:
                self.settings["leaf.base_port"] = free_ports(self.leaves)
            self.settings["leaf.remote"] = "true"
            self.leaf_processes = [None] * self.leaves
            for number in range(self.leaves):
                self.start_leaf(number)
            arguments = self._arguments(roles="front,root")
        else:
            arguments = self._arguments()
        self.front = Process(arguments, self.environment).wait_ready()
        self.url = self.front.url

    def start_leaf(self, number):
        process = Process(
            self._arguments(roles="leaf", **{"leaf.number": number}), self.environment)
        self.leaf_processes[number] = process.wait_ready()

    def __call__(self, method, path, body=None, headers=None, timeout=60):
        try:
            return call(self.url, method, path, body, headers, timeout)
        except TimeoutError as error:
            raise AssertionError(f"no answer to {method} {path}: {self.front.output()[-5000:]}") from error

    def search(self, index, body, parameters=""):
        answer = self("POST", f"/{index}/_search{parameters}", body)
        assert answer.status == 200, answer.body
        return answer.json()

    def bulk(self, index, documents, refresh=True):
        """Indexes (id, source) pairs; every one must go in."""
        lines = []
        for identifier, source in documents:
            lines.append(json.dumps({"index": {"_id": identifier}}))
            lines.append(json.dumps(source, ensure_ascii=False))
        tail = "?refresh=true" if refresh else ""
        answer = self(
            "POST", f"/{index}/_bulk{tail}", "\n".join(lines) + "\n",
            {"Content-Type": "application/x-ndjson"})
        assert answer.status == 200, answer.body
        result = answer.json()
        assert result["errors"] is False, result
        return result

    def kill(self):
        for process in [self.front, *self.leaf_processes]:
            if process:
                process.kill()

    def stop(self):
        for process in [self.front, *self.leaf_processes]:
            if process:
                process.stop()


def run_tool(*arguments, check=True, **options):
    """Runs a canopy command to its end and returns the finished process."""
    done = subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300, **options)
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture
def node(tmp_path):
    node = Node(tmp_path / "data")
    yield node
    node.stop()


@pytest.fixture(scope="module")
def shared_node(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("node") / "data")
    yield node
    node.stop()
