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
