"""A network for one test: Linux network namespaces, one for each node, joined by a router in one more. Whatever a
test cuts, the router drops without a word, one way or both, also of connections that are there already.

It needs the rights to make namespaces, `ip` of iproute2, `unshare` and `nsenter` of util-linux, and no firewall. It
vanishes with the test: each namespace lasts as long as a process that waits for the test's end, and those in it.
"""

import functools
import os
import shutil
import subprocess

# For measuring networks (RFC 2544): nobody has these addresses.
PREFIX = "198.18"
SUBNETS = 250
ROUTER, CLIENTS = 254, 253


class NoNetwork(Exception):
    """What this machine does not let a test do."""


def run(arguments, text=""):
    done = subprocess.run(arguments, input=text, capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        raise NoNetwork(f"{' '.join(arguments)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


class Namespace:
    def __init__(self):
        self.holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo made; exec cat"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != "made\n":
            raise NoNetwork(self.holder.communicate()[1].strip())

    @property
    def enter(self):
        """Before a command that is to run in it; the process is the command's own."""
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net"]

    def ip(self, *lines):
        run([*self.enter, "ip", "-batch", "-"], "".join(line + "\n" for line in lines))

    def close(self):
        self.holder.stdin.close()
        self.holder.wait()
        self.holder.stdout.close()
        self.holder.stderr.close()


class Network:
    """Every node reaches every other, and this process reaches all of them."""

    def __init__(self, names):
        self.namespaces, self.cuts = {}, set()
        self.link = f"canopy{os.getpid()}"
        used = run(["ip", "-4", "-oneline", "address"]) + run(["ip", "-4", "route"])
        free = (n % SUBNETS for n in range(os.getpid(), os.getpid() + SUBNETS))
        self.subnet = next(f"{PREFIX}.{n}" for n in free if f"{PREFIX}.{n}." not in used)
        self.numbers = {name: number for number, name in enumerate(names, 1)}
        self.router = Namespace()
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    def _make(self):
        gateway = f"{self.subnet}.{ROUTER}"
        self.router.ip("link set lo up", f"address add {gateway}/32 dev lo")
        run([*self.router.enter, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"])
        for name in self.numbers:
            self.namespaces[name] = Namespace()
        pids = {name: str(space.holder.pid) for name, space in self.namespaces.items()}
        pids[self.link] = str(os.getpid())
        for number, (name, pid) in enumerate(pids.items()):
            inner = self.link if name == self.link else "eth0"
            self.router.ip(
                f"link add port{number} type veth peer name {inner} netns {pid}",
                f"link set port{number} up",
                f"route add {self.address(name)}/32 dev port{number}")
            reach = ["default"] if name != self.link else [f"{self.subnet}.0/24"]
            lines = [
                "link set lo up", f"link set {inner} up",
                f"address add {self.address(name)}/32 dev {inner}",
                f"route add {gateway}/32 dev {inner}",
                *(f"route add {there} via {gateway} dev {inner}" for there in reach)]
            if name == self.link:
                run(["ip", "-batch", "-"], "\n".join(lines[1:]) + "\n")
            else:
                self.namespaces[name].ip(*lines)

    def address(self, name):
        return f"{self.subnet}.{self.numbers.get(name, CLIENTS)}"

    def enter(self, name):
        return self.namespaces[name].enter

    def cut(self, sources, targets, one_way=False):
        """From now on nothing of the ones reaches the others, nor back unless `one_way`."""
        pairs = {(a, b) for a in sources for b in targets if a != b}
        if not one_way:
            pairs |= {(b, a) for a, b in pairs}
        self._change("add", pairs - self.cuts)
        self.cuts |= pairs

    def isolate(self, name):
        """From everybody but the test's own clients."""
        self.cut([name], self.numbers)

    def heal(self):
        self._change("del", self.cuts)
        self.cuts = set()

    def _change(self, verb, pairs):
        lines = [
            f"rule {verb} from {self.address(a)} to {self.address(b)} blackhole"
            for a, b in sorted(pairs)]
        if lines:
            self.router.ip(*lines)

    def close(self):
        for space in [self.router, *self.namespaces.values()]:
            space.close()


@functools.cache
def why_not():
    """Why this machine gives a test no network of its own; empty when it does."""
    for program, package in ("ip", "iproute2"), ("unshare", "util-linux"), ("nsenter", "util-linux"):
        if not shutil.which(program):
            return f"{package} is not installed"
    try:
        network = Network(["a", "b"])
        try:
            network.cut(["a"], ["b"])
        finally:
            network.close()
    except NoNetwork as error:
        return f"no networks of a test's own here: {error}"
    return ""
