"""Starts a cluster on this machine, loads a corpus into it, and stops it all when told to: three members of etcd,
SeaweedFS, two roots and four leaves, each a process of its own, with two copies of every shard.

    tools/cluster                                  an empty cluster, until Ctrl-C
    tools/cluster CORPUS --index wiki              loaded by canopy import first
    tools/cluster CORPUS -- canopy load ...        stopped when the command ends; CANOPY_URLS has the roots
"""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import boto3
import botocore.config

from conftest import BINARY, Process, call, free_ports, run_tool
from servers import ACCESS_KEY, SECRET_KEY, EtcdCluster, SeaweedFS

BUCKET = "canopy"
LEAF_LIMIT = 16
# A node needs none of the rights that tests may have, and runs without them where they can be laid down.
WITHOUT_RIGHTS = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]
if not shutil.which("setpriv") or subprocess.run(
        [*WITHOUT_RIGHTS, "true"], capture_output=True).returncode != 0:
    WITHOUT_RIGHTS = []


class Cluster:
    """Roots and leaves find each other through etcd; what they keep is in SeaweedFS. Each has a folder of its own
    for local copies, which may be lost."""

    def __init__(
            self, folder, leaves=4, roots=2, copies=2, settings=None, say=lambda text: None,
            network=None):
        """`network`: one that has each process by its name; loopback otherwise."""
        self.folder, self.network = pathlib.Path(folder), network
        self.leaves, self.roots = {}, {}
        self.root_ports = {}
        self.etcd = self.objects = None
        try:
            say("three members of etcd")
            self.etcd = EtcdCluster(3, self._place)
            say("SeaweedFS")
            self.objects = SeaweedFS(self._place("seaweedfs"))
            self.client = boto3.client(
                "s3", endpoint_url=self.objects.url, region_name="us-east-1",
                aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY,
                config=botocore.config.Config(s3={"addressing_style": "path"}))
            self.client.create_bucket(Bucket=BUCKET)
            self.settings = {
                "leaves": leaves, "copies": copies, "leaf.remote": "true",
                "leaf.base_port": free_ports(LEAF_LIMIT), "log.level": "notice",
                "objects.store": "s3", "objects.endpoint": self.objects.url,
                "objects.bucket": BUCKET, "metadata.store": "etcd",
                "metadata.endpoints": self.etcd.endpoints, **(settings or {})}
            say(f"{leaves} leaves")
            for number in range(leaves):
                self.start_leaf(number)
            say(f"{roots} roots")
            for number in range(roots):
                self.start_root(number)
        except BaseException:
            self.kill()
            raise

    def _place(self, name):
        if not self.network:
            return "127.0.0.1", []
        return self.network.address(name), self.network.enter(name)

    def _process(self, name, **settings):
        host, enter = self._place(name)
        settings = {
            **self.settings, "node.name": name, "data": self.folder / name, "leaf.host": host,
            "http.host": host, "http.insecure": "true", **settings}
        return Process(
            ["serve", *[x for k, v in settings.items() for x in ("--set", f"{k}={v}")]],
            {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY},
            program=[*enter, *WITHOUT_RIGHTS, BINARY]).wait_ready()

    def start_leaf(self, number):
        name = f"leaf-{number}"
        self.leaves[number] = self._process(name, roles="leaf", **{"leaf.number": number})

    def start_root(self, number):
        port = self.root_ports.setdefault(number, free_ports(1))
        self.roots[number] = self._process(
            f"root-{number}", roles="front,root", **{"http.port": port})

    @property
    def urls(self):
        return [root.url for root in self.roots.values()]

    def __call__(self, method, path, body=None, headers=None, timeout=60, root=0):
        return call(self.roots[root].url, method, path, body, headers, timeout)

    def pause(self, number):
        self.leaves[number].child.send_signal(signal.SIGSTOP)

    def resume(self, number):
        self.leaves[number].child.send_signal(signal.SIGCONT)

    def forget_disk(self, number):
        """As if a leaf's disk had been lost; its process must not run."""
        shutil.rmtree(self.folder / f"leaf-{number}", ignore_errors=True)

    @property
    def processes(self):
        return [*self.roots.values(), *self.leaves.values()]

    def output(self, characters=2_000):
        """The ends of all logs."""
        named = {f"root-{n}": p for n, p in self.roots.items()}
        named.update({f"leaf-{n}": p for n, p in self.leaves.items()})
        return "\n".join(
            f"{name}:\n{process.output()[-characters:]}" for name, process in named.items())

    def unsettled(self):
        """What keeps shards from being where they should be: those that do not serve, and the ends of all logs."""
        shards = self("GET", "/_cat/shards").body.decode().splitlines()
        waiting = "\n".join(line for line in shards if "STARTED" not in line)
        return f"{waiting}\n\n{self.output()}"

    def kill(self):
        for process in self.processes:
            process.kill()
        self._stop_servers()

    def stop(self):
        """Everything, in order; fails when a process does not stop when told to."""
        try:
            for process in self.processes:
                process.stop()
        finally:
            self._stop_servers()

    def _stop_servers(self):
        for server in (self.objects, self.etcd):
            if server:
                server.stop()


def settle(cluster, leaves=None, limit=120):
    """Waits until every shard has its copies where they should be; how many seconds that took."""
    began = time.monotonic()
    done = run_tool(
        "leaves", "set", leaves or len(cluster.leaves), "--wait", "--timeout", f"{limit}s",
        "--url", cluster.urls[0], check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{cluster.unsettled()}"
    answer = cluster(
        "GET", f"/_cluster/health?wait_for_status=green&timeout={limit}s", timeout=limit + 20)
    assert answer.status == 200, answer.body
    return time.monotonic() - began


def say(text):
    print(text, flush=True)


def options():
    arguments, command = sys.argv[1:], []
    if "--" in arguments:
        place = arguments.index("--")
        arguments, command = arguments[:place], arguments[place + 1:]
    parser = argparse.ArgumentParser(
        prog="tools/cluster", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpus", nargs="?", help="what canopy import reads: a file or a folder")
    parser.add_argument("--index", default="wiki", help="the index to load it into (wiki)")
    parser.add_argument("--leaves", type=int, default=4)
    parser.add_argument("--roots", type=int, default=2)
    parser.add_argument("--copies", type=int, default=2, help="leaves that hold each shard (2)")
    parser.add_argument("--folder", help="for local copies and logs; a temporary one otherwise")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                        help="any setting of canopy serve, for all processes")
    return parser.parse_args(arguments), command


def main():
    wanted, command = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="canopy-cluster-") as temporary:
        began = time.monotonic()
        settings = dict(pair.split("=", 1) for pair in wanted.set)
        cluster = Cluster(
            wanted.folder or temporary, wanted.leaves, wanted.roots, wanted.copies, settings, say)
        try:
            say(f"the cluster serves after {time.monotonic() - began:.1f} s: "
                + " ".join(cluster.urls))
            if wanted.corpus:
                subprocess.run(
                    [BINARY, "import", wanted.corpus, "--index", wanted.index, "--url",
                     cluster.urls[0]], check=True)
            subprocess.run([BINARY, "leaves", "--url", cluster.urls[0]], check=True)
            if command:
                return subprocess.run(
                    command, env={**os.environ, "CANOPY_URLS": " ".join(cluster.urls)}).returncode
            say("Ctrl-C stops it all.")
            while True:
                signal.pause()
        except (KeyboardInterrupt, SystemExit):
            return 0
        except subprocess.CalledProcessError as error:
            return error.returncode
        finally:
            say("stopping")
            cluster.stop()
            say("all stopped")


if __name__ == "__main__":
    sys.exit(main())
