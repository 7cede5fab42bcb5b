"""The sample deployment: a root and four leaves as separate processes, started and stopped by its scripts."""

import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest

import synthetic
from conftest import BINARY, ROOT, Process, call, free_ports

DEPLOY = ROOT / "deploy"


def alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


def test_the_sample_starts_answers_and_stops(tmp_path):
    base = free_ports(5)
    environment = {**os.environ, "CANOPY_BINARY": str(BINARY), "CANOPY_HTTP_PORT": str(base),
                   "CANOPY_LEAF_BASE_PORT": str(base + 1)}
    data = tmp_path / "data"
    run = lambda script: subprocess.run(
        [DEPLOY / script, data], env=environment, capture_output=True, text=True, timeout=120)
    started = run("start")
    try:
        assert started.returncode == 0, started.stdout + started.stderr
        pids = {path.stem: int(path.read_text()) for path in (data / "run").glob("*.pid")}
        assert set(pids) == {"root", "leaf-0", "leaf-1", "leaf-2", "leaf-3"}
        assert all(alive(pid) for pid in pids.values())
        assert run("start").stdout.count("already running") == 5
        url = f"http://127.0.0.1:{base}"
        assert call(url, "PUT", "/words", {"mappings": synthetic.MAPPINGS}).status == 200
        assert call(url, "PUT", "/words/_doc/1?refresh=true", {"title": "a leaf of its own"}).status == 201
        answer = call(url, "POST", "/words/_search", {"query": {"match": {"title": "leaf"}}}).json()
        assert answer["hits"]["total"]["value"] == 1 and answer["_shards"]["failed"] == 0
        assert len(answer["_scatter"]["leaves"]) == 4
    finally:
        stopped = run("stop")
    assert stopped.returncode == 0, stopped.stderr
    assert not any(alive(pid) for pid in pids.values())
    # What was written is there when the deployment starts again.
    try:
        assert run("start").returncode == 0
        assert call(f"http://127.0.0.1:{base}", "GET", "/words/_count").json()["count"] == 1
    finally:
        run("stop")


@pytest.fixture
def units(tmp_path):
    """The units with the built binary, as `systemd-analyze` asks for an executable."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    folder = shutil.copytree(DEPLOY / "systemd", tmp_path / "units")
    for path in folder.glob("*.service"):
        text = path.read_text()
        assert text.count("/usr/local/bin/canopy ") == 1
        path.write_text(text.replace("/usr/local/bin/canopy", str(pathlib.Path(BINARY).resolve())))
    return folder


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60)


def test_the_units_are_valid(units):
    # It tells of unknown keys on standard error alone.
    done = analyze("verify", "--man=no", *(str(path) for path in units.iterdir() if path.is_file()))
    assert (done.returncode, done.stderr) == (0, "")
    shared = units / "canopy-.service.d/canopy.conf"
    shared.write_text(shared.read_text() + "NoSuchKey=true\n")
    assert "NoSuchKey" in analyze("verify", "--man=no", str(units / "canopy-root.service")).stderr


def test_the_units_are_locked_in(units):
    for name in "canopy-root.service", "canopy-leaf@.service":
        # From 0, no harm possible, to 100.
        done = analyze("security", "--offline=true", "--no-pager", "--threshold=20", str(units / name))
        assert done.returncode == 0, done.stdout + done.stderr


def calls_of(name):
    """The system calls that systemd's name for a group stands for."""
    found = set()
    for line in analyze("syscall-filter", "--no-pager", name).stdout.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            found |= calls_of(word)
        elif word and not word.startswith("#"):
            found.add(word)
    return found


def allowed_calls(lines):
    allowed = set()
    for line in lines:
        names = line.removeprefix("~").split()
        calls = set().union(*(calls_of(name) if name.startswith("@") else {name} for name in names))
        allowed = allowed - calls if line.startswith("~") else allowed | calls
    return allowed


def test_the_units_allow_what_a_node_does(units, tmp_path):
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    node = Process(
        ["serve", "--data", tmp_path / "data", "--port", "0"],
        program=("strace", "--follow-forks", "--output", trace, BINARY)).wait_ready()
    try:
        call(node.url, "PUT", "/words", {"mappings": synthetic.MAPPINGS})
        for number in range(3):
            assert call(node.url, "PUT", f"/words/_doc/{number}", {"title": "some words"}).status == 201
            assert call(node.url, "POST", "/words/_flush").status == 200
        assert call(node.url, "GET", "/words/_count").json()["count"] == 3
    finally:
        os.kill(int(trace.read_text().split(maxsplit=1)[0]), signal.SIGTERM)
        node.child.wait(60)
        node.stop()
    lines = [line.split(maxsplit=1)[1] for line in trace.read_text().splitlines()]
    used = {found[1] for line in lines if (found := re.match(r"(\w+)\(", line))}
    assert {"mmap", "futex", "setpriority"} <= used
    text = (units / "canopy-.service.d/canopy.conf").read_text()
    assert used <= allowed_calls(re.findall(r"^SystemCallFilter=(.+)$", text, re.MULTILINE))
    families = {found[1] for line in lines if (found := re.match(r"socket\((\w+)", line))}
    assert "AF_INET" in families
    assert families <= set(re.search(r"^RestrictAddressFamilies=(.+)$", text, re.MULTILINE)[1].split())
    # MemoryDenyWriteExecute: what may be run is never written, nor made runnable later.
    assert not [line for line in lines if re.match(r"mmap|mprotect", line) and re.search("WRITE.*EXEC", line)]
