"""Starts a cluster on this machine, loads a corpus into it, and stops it all when told to: three members of etcd,
SeaweedFS, two roots and four leaves, each a process of its own, with two copies of every shard.

    tools/cluster                                  an empty cluster, until Ctrl-C
    tools/cluster CORPUS --index wiki              loaded by canopy import first
    tools/cluster CORPUS -- canopy load ...        stopped when the command ends; CANOPY_URLS has the roots
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests/EndToEnd"))
from cluster import Cluster  # noqa: E402
from conftest import BINARY  # noqa: E402


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
