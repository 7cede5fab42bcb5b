"""Canopy as processes: started on free loopback ports, asked over HTTP, loaded, stopped by process id."""

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
CANOPY = os.environ.get("CANOPY_BINARY", str(ROOT / ".build/release/canopy"))
STOP_SECONDS = 120
ANSWER_SECONDS = 120


def free_ports(count):
    """The first of `count` consecutive ports that were free a moment ago."""
    while True:
        sockets = []
        try:
            sockets.append(socket.socket())
            sockets[0].bind(("127.0.0.1", 0))
            first = sockets[0].getsockname()[1]
            for port in range(first + 1, first + count):
                sockets.append(socket.socket())
                sockets[-1].bind(("127.0.0.1", port))
            return first
        except (OSError, OverflowError):
            continue
        finally:
            for opened in sockets:
                opened.close()


class Node:
    """Front and root in one process, the leaves in it too or each in a process of its own.

    `with Node(data, leaves=4) as node: node.ask("GET", "/")`
    """

    def __init__(self, data, leaves, separate=False):
        self.settings = {"data": data, "leaves": leaves, "http.port": 0, "log.level": "warning"}
        self.leaves, self.separate = leaves, separate
        self.processes = {}
        self.url = None

    def __enter__(self):
        try:
            if self.separate:
                self.settings |= {"leaf.remote": "true", "leaf.base_port": free_ports(self.leaves)}
                for number in range(self.leaves):
                    self.start(f"leaf-{number}", {"roles": "leaf", "leaf.number": number})
                self.url = self.start("root", {"roles": "front,root"})
            else:
                self.url = self.start("root", {})
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error):
        self.stop()

    def start(self, name, more):
        """Starts one process and waits until it serves: its address."""
        settings = [f"--set={key}={value}" for key, value in (self.settings | more).items()]
        process = subprocess.Popen([CANOPY, "serve", *settings], stdout=subprocess.PIPE, text=True)
        self.processes[name] = process
        for line in process.stdout:
            if "ready" in line:
                return line.split()[-1]
        sys.exit(f"error: {name} did not start; what it says stands above")

    def stop(self):
        # The root first, so that it does not see its leaves go.
        for process in reversed(self.processes.values()):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
        self.processes = {}

    @property
    def root(self):
        """The process id of the root."""
        return self.processes["root"].pid

    @property
    def pids(self):
        return {name: process.pid for name, process in self.processes.items()}

    def ask(self, method, path, body=None):
        """The answer's body as text; a JSON object is sent."""
        target = urllib.parse.urlparse(self.url)
        connection = http.client.HTTPConnection(target.hostname, target.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def json(self, method, path, body=None):
        return json.loads(self.ask(method, path, body))


def folder_bytes(path):
    return sum(file.stat().st_size for file in pathlib.Path(path).rglob("*") if file.is_file())


def settle(data):
    """Waits until merging has ended: the folder's size has not changed for ten seconds."""
    sizes = []
    while len(sizes) < 6 or len(set(sizes[-6:])) > 1:
        time.sleep(2)
        sizes.append(folder_bytes(data))


def import_corpus(node, corpus, index, shards, *more):
    """Imports a file of documents as a new index: what `canopy import` tells of it."""
    command = [CANOPY, "import", str(corpus), "--index", index, "--url", node.url, "--shards", str(shards), "--json",
               *more]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: the import of {corpus} ended with {done.returncode}:\n{done.stdout}")
    node.ask("POST", f"/{index}/_refresh")
    return json.loads(done.stdout)


def load(node, index, queries, arguments, out):
    """Runs `canopy load` to its end: its steps as it reports them."""
    command = [CANOPY, "load", "--url", node.url, "--index", index, "--queries", str(queries),
               "--syntax", "query_string", "--field", "body", "--json", str(out), *arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: `canopy load` ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(pathlib.Path(out).read_text())["steps"]


def evaluate(node, index, topics, qrels, *more):
    """Runs `canopy eval` to its end: what it reports."""
    command = [CANOPY, "eval", "--url", node.url, "--index", index, "--topics", str(topics), "--qrels", str(qrels),
               "--json", *more]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: `canopy eval` of {index} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)
