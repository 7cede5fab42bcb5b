"""Builds the program of the inner loops, with the settings of a release and apart from everything else."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build-microbench"
MODULES = "Analysis,Storage,Segments,Queries,Execution,Microbenchmarks"


def build():
    """The path of the program; ends this one with what the compiler says when it cannot be built."""
    environment = {**os.environ, "CANOPY_MICROBENCH": "1", "CANOPY_ONLY": MODULES}
    command = ["swift", "build", "-c", "release", "--product", "Microbenchmarks", "--scratch-path", str(BUILD)]
    print("building the micro-benchmarks", file=sys.stderr, flush=True)
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if built.returncode != 0:
        # Without the progress.
        lines = [line for line in (built.stdout + built.stderr).splitlines() if not line.startswith("[")]
        sys.exit("error: the build failed:\n" + "\n".join(lines[:60]))
    return BUILD / "release/Microbenchmarks"
