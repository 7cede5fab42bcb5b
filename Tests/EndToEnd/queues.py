"""Imports by several workers, asked and started by their command, beside the node of a test."""

import json
import subprocess
import time

from conftest import BINARY, run_tool

LIMIT_SECONDS = 60


def queue(node, command, *arguments, **options):
    return run_tool("queue", command, *arguments, "--data", node.data, **options)


def status(node, name):
    return json.loads(queue(node, "status", name, "--json", check=False).stdout)


def start(node, name, *arguments):
    return subprocess.Popen(
        [BINARY, "queue", "work", name, "--data", node.data, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(what, condition):
    """Asking is what paces the loop."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, what


def process(worker):
    return int(worker["holder"].split(":")[-2])
