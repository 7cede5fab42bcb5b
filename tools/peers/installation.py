"""Installs the engines that tools/bench and its neighbours measure Canopy against, in a folder outside the tree.

Lucene comes with a Java runtime of its own in a Python wheel, since the runtime must have the vector module that
Lucene's fast paths need; Tantivy comes as its Python package. Both are what their projects released, not built here.
What is installed already is left alone; the Lucene programs are compiled again when a source has changed.
"""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

from progress import Progress

LUCENE = "10.5.2"
LUCENE_WHEEL = "arcadedb-embedded==26.10.2.post1"
TANTIVY = "0.27.0"
HERE = pathlib.Path(__file__).resolve().parent
LUCENE_SOURCE = HERE / "LucenePeer.java"
LUCENE_SOURCES = sorted(HERE.glob("Lucene*.java"))
TANTIVY_SOURCE = HERE / "tantivy_peer.py"
OLDEST_JAVAC = 17
JAVA_OPTIONS = ["-server", "-Xms1g", "-Xmx3g", "-XX:+UseParallelGC", "--add-modules", "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED"]


class Unavailable(Exception):
    """A peer that cannot be had here; the text says why and what to do."""


def call(command, what):
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    except FileNotFoundError:
        raise Unavailable(f"{what} needs {command[0]}, which is not installed") from None
    if done.returncode != 0:
        raise Unavailable(f"{what} failed:\n" + "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:]))
    return done.stdout + done.stderr


def environment(peers):
    """The Python environment of the peers; made when it is not there."""
    python = peers / "venv/bin/python"
    if not (peers / "venv/bin/pip").exists():
        with Progress("making a Python environment"):
            try:
                call([sys.executable, "-m", "venv", "--clear", peers / "venv"], "making a Python environment")
            except Unavailable as error:
                raise Unavailable(f"{error}\non Debian: apt-get install python3-venv") from None
    return python


def install_tantivy(peers):
    """The command that runs the Tantivy peer."""
    python = environment(peers)
    installed = "import importlib.metadata as m; print(m.version('tantivy'))"
    found = subprocess.run([python, "-c", installed], capture_output=True, text=True)
    if found.stdout.strip() != TANTIVY:
        with Progress(f"installing Tantivy {TANTIVY}"):
            call([python, "-m", "pip", "install", "--quiet", f"tantivy=={TANTIVY}"], "installing Tantivy")
    return [str(python), str(TANTIVY_SOURCE)]


def install_lucene(peers, program="LucenePeer"):
    """The command that runs a Lucene peer: one of LUCENE_SOURCES."""
    folder = peers / "lucene"
    java = folder / "jre/bin/java"
    stamp = folder / "classes" / "source.sha256"
    source = hashlib.sha256(b"".join(path.read_bytes() for path in LUCENE_SOURCES)).hexdigest()
    has_jars = (folder / "complete").exists()
    if not has_jars or not stamp.exists() or stamp.read_text() != source:
        version = javac_version()
        if not has_jars:
            unpack_lucene(peers, folder)
        with Progress("compiling the Lucene programs"):
            compile_lucene(folder, version)
        stamp.write_text(source)
    return [str(java), *JAVA_OPTIONS, "-cp", f"{folder}/classes:{folder}/lib/*", program]


def javac_version():
    remedy = "on Debian: apt-get install default-jdk-headless"
    if shutil.which("javac") is None:
        raise Unavailable(f"javac is missing; {remedy}")
    found = re.search(r"javac (\d+)", call(["javac", "-version"], "javac"))
    version = int(found.group(1)) if found else 0
    if version < OLDEST_JAVAC:
        raise Unavailable(f"javac is version {version}, and {OLDEST_JAVAC} or later is needed; {remedy}")
    return version


def unpack_lucene(peers, folder):
    python = environment(peers)
    with tempfile.TemporaryDirectory(dir=peers) as scratch:
        with Progress(f"downloading Lucene {LUCENE} and its Java runtime"):
            call([python, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", scratch,
                  LUCENE_WHEEL], "downloading Lucene")
        shutil.rmtree(folder, ignore_errors=True)
        with Progress("unpacking Lucene"), zipfile.ZipFile(next(pathlib.Path(scratch).glob("*.whl"))) as wheel:
            for name in wheel.namelist():
                jar = re.fullmatch(r".*/jars/(lucene-[^/]*\.jar)", name)
                runtime = re.fullmatch(r"[^/]*/jre/(.*[^/])", name)
                if not jar and not runtime:
                    continue
                target = folder / "lib" / jar.group(1) if jar else folder / "jre" / runtime.group(1)
                target.parent.mkdir(parents=True, exist_ok=True)
                with wheel.open(name) as packed, open(target, "wb") as file:
                    shutil.copyfileobj(packed, file)
                if runtime and (target.parent.name == "bin" or target.name == "jspawnhelper"):
                    target.chmod(0o755)
    if not (folder / f"lib/lucene-core-{LUCENE}.jar").exists():
        raise Unavailable(f"there is no Lucene {LUCENE} in the wheel {LUCENE_WHEEL}")
    (folder / "complete").write_text(LUCENE_WHEEL + "\n")


def compile_lucene(folder, version):
    classes = folder / "classes"
    shutil.rmtree(classes, ignore_errors=True)
    classes.mkdir()
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        for jar in (folder / "lib").glob("*.jar"):
            readable_copy(jar, pathlib.Path(scratch) / jar.name, version)
        call(["javac", "--release", str(OLDEST_JAVAC), "-d", classes, "-cp", os.path.join(scratch, "*"),
              *LUCENE_SOURCES], "compiling the Lucene programs")


def readable_copy(jar, copy, version):
    """Copies a jar so that an older compiler reads it: its classes say they are of the compiler's own version.

    Only the compiler sees the copy; the program runs with the jars as released.
    """
    newest = version + 44  # class files of Java 17 are version 61
    with zipfile.ZipFile(jar) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            if not name.endswith(".class") or name.startswith("META-INF/"):
                continue
            content = bytearray(old.read(name))
            if int.from_bytes(content[6:8], "big") > newest:
                content[6:8] = newest.to_bytes(2, "big")
            new.writestr(name, content)
