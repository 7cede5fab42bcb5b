"""Real stores for tests, on loopback at free ports, stopped by process id: moto, SeaweedFS, a liar, and etcd."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ACCESS_KEY, SECRET_KEY = "canopy-tests", "not-a-secret"
START_LIMIT_SECONDS = 60
HERE = pathlib.Path(__file__).resolve().parent


def own(ports):
    """This process' share of what tests that run beside one another would take from each other."""
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    size = len(ports) // count
    return ports[number * size:(number + 1) * size]


# SeaweedFS adds 10,000 to a port for the same service over gRPC, and both must stay below those that the system gives to
# whoever connects: a server that is started again needs its own.
PORT_RANGE = own(range(20_000, 22_700))
# Given to a server of this process, listening yet or not.
TAKEN = set()


def free_port():
    """A port in `PORT_RANGE` that was free a moment ago, and so was the one 10,000 above."""
    start = os.getpid() * 7 + int(time.monotonic() * 1_000)
    for step in range(len(PORT_RANGE)):
        port = PORT_RANGE[(start + step) % len(PORT_RANGE)]
        try:
            for each in (port, port + 10_000):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", each))
            return port
        except OSError:
            continue
    raise AssertionError("no free port")


class Server:
    """A server process with a folder of its own."""

    name = ""

    def __init__(self, place=None):
        """`place`: its address, and what goes before a command to be run there; loopback otherwise."""
        self.host, self.enter = place or ("127.0.0.1", [])
        self.prepare()
        self.start()

    def prepare(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"canopy-{self.name}-"))
        self.child = None
        self.ports = {}

    def port(self, what):
        if what not in self.ports:
            port = free_port()
            while port in TAKEN:
                port = free_port()
            TAKEN.add(port)
            self.ports[what] = port
        return self.ports[what]

    def arguments(self):
        raise NotImplementedError(self.name)

    @property
    def url(self):
        return f"http://{self.host}:{self.port('http')}"

    def is_ready(self):
        """Whether it answers requests, with whatever status."""
        try:
            urllib.request.urlopen(self.url, timeout=2).close()
        except urllib.error.HTTPError:
            pass
        except OSError:
            return False
        return True

    def start(self):
        self.launch()
        self.wait()

    def launch(self):
        self.log = open(self.folder / "log", "a")
        self.child = subprocess.Popen(
            [*self.enter, *self.arguments()], stdout=self.log, stderr=self.log, cwd=self.folder,
            env={**os.environ, "TMPDIR": str(self.folder)})

    def wait(self):
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while not self.is_ready():
            try:
                # It ends, or it is asked again.
                self.child.wait(timeout=0.05)
                hopeless = True
            except subprocess.TimeoutExpired:
                hopeless = time.monotonic() > deadline
            if hopeless:
                raise AssertionError(f"{self.name} does not answer:\n{self.output()}")

    def output(self):
        return (self.folder / "log").read_text()[-4_000:]

    def kill(self):
        if self.child and self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        if self.child:
            self.child.wait()
        self.log.close()

    def stop(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def beside_python(program):
    """A program installed with the Python packages, or on the PATH."""
    own = pathlib.Path(sys.executable).parent / program
    found = str(own) if own.exists() else shutil.which(program)
    assert found, f"{program} is missing: tools/test installs it"
    return found


class Moto(Server):
    """Amazon's S3 played in memory; asks nobody for a signature. It answers one request at a time: of several
    creates at once it would let more than one win."""

    name = "moto"
    PROGRAM = (
        "import sys; from moto.server import *;"
        "run_simple('127.0.0.1', int(sys.argv[1]), DomainDispatcherApplication(create_backend_app))")

    def arguments(self):
        return [sys.executable, "-c", self.PROGRAM, str(self.port("http"))]


class SeaweedFS(Server):
    """A real store on disk that checks signatures."""

    name = "seaweedfs"

    def arguments(self):
        identities = self.folder / "identities.json"
        identities.write_text(json.dumps({"identities": [{
            "name": "tests", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]}]}))
        ports = [f"-{part}.port={self.port(part)}" for part in ("master", "volume", "filer")]
        return [
            beside_python("weed"), "server", f"-dir={self.folder}", f"-ip={self.host}",
            f"-ip.bind={self.host}", *ports, "-volume.max=200", "-master.volumeSizeLimitMB=64",
            "-master.electionTimeout=1s", "-master.telemetry=false", "-s3",
            f"-s3.port={self.port('http')}", "-s3.port.iceberg=0", "-s3.port.lance=0",
            "-s3.autoCreateBucket=false", f"-s3.config={identities}"]


class Liar(Server):
    """A store that answers as S3 does and ignores conditions."""

    name = "liar"
    lie = ()

    def arguments(self):
        return [sys.executable, str(HERE / "lying_s3.py"), str(self.port("http")), *self.lie]


class CarelessLiar(Liar):
    """One that keeps conditions as long as nobody else writes."""

    name = "careless"
    lie = ("careless",)


class Etcd(Server):
    """One member of etcd, which is a cluster unless it is told of others."""

    name = "etcd"

    def __init__(self, member="default", cluster=None, place=None):
        self.member, self.cluster = member, cluster
        super().__init__(place)

    @property
    def peer(self):
        return f"http://{self.host}:{self.port('peer')}"

    def arguments(self):
        cluster = self.cluster or {self.member: self.peer}
        return [
            beside_python("etcd"), f"--name={self.member}", f"--data-dir={self.folder / 'data'}",
            f"--listen-client-urls={self.url}", f"--advertise-client-urls={self.url}",
            f"--listen-peer-urls={self.peer}", f"--initial-advertise-peer-urls={self.peer}",
            "--initial-cluster=" + ",".join(f"{name}={peer}" for name, peer in cluster.items())]

    def is_ready(self):
        """Whether it has a leader, itself."""
        try:
            with urllib.request.urlopen(self.url + "/health", timeout=2) as answer:
                return json.load(answer)["health"] == "true"
        except (OSError, ValueError):
            return False


class EtcdCluster:
    """Members of one etcd, which answers as long as most of them live."""

    def __init__(self, count=3, place=lambda name: ("127.0.0.1", [])):
        self.members = []
        for number in range(count):
            member = Etcd.__new__(Etcd)
            member.member = f"etcd-{number}"
            member.host, member.enter = place(member.member)
            member.prepare()
            self.members.append(member)
        cluster = {member.member: member.peer for member in self.members}
        for member in self.members:
            member.cluster = cluster
            member.launch()
        for member in self.members:
            member.wait()

    @property
    def endpoints(self):
        return ",".join(member.url for member in self.members)

    def stop(self):
        for member in self.members:
            member.stop()


KINDS = {kind.name: kind for kind in (Moto, SeaweedFS, Liar, Etcd)}
