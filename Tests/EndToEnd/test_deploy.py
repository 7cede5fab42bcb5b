"""The sample deployment: a root and four leaves as separate processes, started and stopped by its scripts."""

import os
import pathlib
import shutil
import subprocess

import pytest

import synthetic
from conftest import BINARY, ROOT, call, free_ports

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


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_the_units_are_valid(tmp_path):
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        text = unit.read_text().replace("/usr/local/bin/canopy", str(pathlib.Path(BINARY).resolve()))
        (tmp_path / unit.name).write_text(text)
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
    problems = [line for line in done.stderr.splitlines() if "canopy" in line]
    assert problems == []
