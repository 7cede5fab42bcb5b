"""Containers for tests, by podman: single ones, and all services of deploy/compose, each with an address of its own."""

import functools
import io
import ipaddress
import json
import pathlib
import shutil
import subprocess
import tarfile
import threading
import time
import uuid

from conftest import ROOT, call
from servers import beside_python

COMPOSE_FILE = ROOT / "deploy/compose/compose.yaml"
START_LIMIT_SECONDS = 60
PODMAN = ["podman", "--runtime=runc"]
# podman asks for more than a sandbox may have.
LIMITS = ["--ulimit=nofile=4096:4096", "--ulimit=nproc=4096:4096"]
# A container that is there as long as its command runs, locked in as deploy/ does it.
CONTAINER = [
    *PODMAN, "run", "--rm", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", *LIMITS]


def podman(*arguments, check=True, **options):
    done = subprocess.run(
        [*PODMAN, *map(str, arguments)], capture_output=True, timeout=120, **options)
    assert not check or done.returncode == 0, done.stderr
    return done


def import_image(name, files):
    """An image of files (paths of this machine), links (text) and empty folders (None)."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name_inside, content in files.items():
            if isinstance(content, pathlib.Path):
                tar.add(content.resolve(), name_inside)
                continue
            member = tarfile.TarInfo(name_inside)
            if content is None:
                member.type, member.mode = tarfile.DIRTYPE, 0o777
            else:
                member.type, member.linkname = tarfile.SYMTYPE, content
            tar.addfile(member)
    podman("import", "--quiet", "-", name, input=archive.getvalue())


@functools.cache
def why_not(network):
    """Why this machine runs no containers in a network of the given name; empty when it does. What is tried is a static
    program of the system."""
    for program in "podman", "runc":
        if not shutil.which(program):
            return f"{program} is not installed"
    name = f"localhost/control:{uuid.uuid4().hex}"
    try:
        import_image(name, {"ldconfig": pathlib.Path("/sbin/ldconfig")})
    except AssertionError as error:
        return f"no images here: {error}"
    done = subprocess.run(
        [*CONTAINER, f"--network={network}", name, "/ldconfig", "--version"], capture_output=True, timeout=120)
    podman("image", "rm", "--force", name)
    return "" if done.returncode == 0 else f"no containers here: {done.stderr.decode().strip()}"


class Composed:
    """What the Compose file says, without Compose. Canopy's image is the one under test; etcd and SeaweedFS are those of
    this machine, since nothing is fetched."""

    def __init__(self, image):
        self.image, self.name = image, "canopy-" + uuid.uuid4().hex[:12]
        self.services = self._services()
        podman("network", "create", self.name)
        try:
            inspected, = json.loads(podman("network", "inspect", self.name).stdout)
            configuration = inspected.get("subnets") or inspected["plugins"][0]["ipam"]["ranges"][0]
            subnet = ipaddress.ip_network(configuration[0]["subnet"])
            self.addresses = {name: subnet[10 + i] for i, name in enumerate(self.services)}
            self.system = f"localhost/{self.name}:system"
            import_image(self.system, {
                "data": None, "tmp": None, "usr": None, "bin": "usr/bin", "lib": "usr/lib", "lib64": "usr/lib64"})
            for group in "etcd", "seaweedfs", "leaf", "root":
                for name in self.services:
                    if name.split("-")[0] == group:
                        self.run(name)
        except BaseException:
            self.stop()
            raise

    @staticmethod
    def _services():
        text = subprocess.run(
            [beside_python("docker-compose"), "-f", COMPOSE_FILE, "config", "--format", "json"], check=True,
            capture_output=True, text=True, timeout=60).stdout
        return json.loads(text)["services"]

    def run(self, name):
        service = self.services[name]
        arguments = [
            "run", "--detach", f"--name={self.name}-{name}", f"--hostname={name}", f"--network={self.name}",
            f"--ip={self.addresses[name]}",
            f"--restart={service['restart']}", *LIMITS]
        arguments += [f"--add-host={other}:{address}" for other, address in self.addresses.items()]
        arguments += [f"--env={key}={value}" for key, value in service["environment"].items()]
        arguments += [f"--cap-drop={each}" for each in service["cap_drop"]]
        arguments += [f"--security-opt={each.replace(':true', '')}" for each in service["security_opt"]]
        arguments += ["--read-only", "--read-only-tmpfs=false"]
        arguments += [f"--tmpfs={each}" for each in service.get("tmpfs", [])]
        arguments += [f"--volume={self.name}-{each['source']}:{each['target']}" for each in service.get("volumes", [])]
        for each in service.get("configs", []):
            arguments.append(f"--volume={COMPOSE_FILE.parent / (each['source'] + '.yaml')}:{each['target']}:ro")
        command = service["command"] or []
        if name.startswith("etcd"):
            command = [shutil.which("etcd")]
            arguments += ["--volume=/usr:/usr:ro", self.system]
        elif name == "seaweedfs":
            command = ["/tool/weed", *command]
            arguments += [f"--volume={beside_python('weed')}:/tool/weed:ro", self.system]
        else:
            arguments.append(self.image)
        podman(*arguments, *command)

    def url(self, root):
        return f"http://{self.addresses[root]}:9200"

    def wait(self, root):
        """Until a root answers."""
        deadline = time.monotonic() + START_LIMIT_SECONDS
        pause = threading.Event()
        while True:
            try:
                if call(self.url(root), "GET", "/livez", timeout=2).status == 200:
                    return
            except OSError:
                assert time.monotonic() < deadline, self.output()
                pause.wait(0.1)

    def kill(self, name):
        podman("kill", "--signal=KILL", f"{self.name}-{name}")

    def output(self):
        parts = []
        for name in self.services:
            done = podman("logs", f"{self.name}-{name}", check=False)
            parts.append(f"{name}:\n{(done.stdout + done.stderr).decode()[-1_500:]}")
        return "\n".join(parts)

    def stop(self):
        for name in self.services:
            podman("rm", "--force", "--ignore", "--time=0", f"{self.name}-{name}", check=False)
            for each in self.services[name].get("volumes", []):
                podman("volume", "rm", "--force", f"{self.name}-{each['source']}", check=False)
        podman("network", "rm", "--force", self.name, check=False)
        podman("image", "rm", "--force", self.system, check=False)
