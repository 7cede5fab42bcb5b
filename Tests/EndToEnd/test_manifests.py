"""The manifests of deploy/: valid for the tools that read them, of one piece, and with settings that Canopy knows."""

import copy
import functools
import json
import pathlib
import re
import shutil
import subprocess
import sys

import kubernetes_validate
import pytest
import yaml

from conftest import BINARY, ROOT

DEPLOY = ROOT / "deploy"
OVERLAYS = ["development", "production"]
# The oldest Kubernetes that has what the manifests use, and the newest whose schemas the validator brings.
KUBERNETES = ["1.32", "1.37"]
VERSION = re.search(r'current = "(.+)"', (ROOT / "Sources/canopy/Configuration/Version.swift").read_text())[1]
# What a stop takes at most; Serve/Node.swift.
STOP_SECONDS = 25


def tool(name):
    beside = pathlib.Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found, f"{name} is missing: tools/test installs it"
    return found


def run(*arguments):
    done = subprocess.run([str(each) for each in arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    return done.stdout


# The settings


@functools.cache
def settings():
    """The names of all settings, as the binary tells them."""
    text = run(BINARY, "serve", "--help").split("SETTINGS", 1)[1]
    names = set(re.findall(r"^ +([a-z_]+(?:\.[a-z_]+)*) {2,}\S", text, re.MULTILINE))
    assert {"leaves", "http.port", "log.format"} <= names
    return names


def names_in(tree, prefix=""):
    for name, value in tree.items():
        yield from names_in(value, f"{prefix}{name}.") if isinstance(value, dict) else [prefix + name]


def check_file(text):
    assert set(names_in(yaml.safe_load(text))) <= settings()


def check_environment(names):
    variables = {"CANOPY_" + name.upper().replace(".", "_") for name in settings()}
    assert {name for name in names if name.startswith("CANOPY_")} <= variables


# Kubernetes


class Cluster:
    """What an overlay asks Kubernetes for."""

    def __init__(self, text):
        self.objects = list(yaml.safe_load_all(text))
        self.workloads = self.of("Deployment", "StatefulSet")

    def of(self, *kinds):
        return [each for each in self.objects if each["kind"] in kinds]

    def named(self, kind, name):
        return next(each for each in self.of(kind) if each["metadata"]["name"] == name)

    @property
    def canopies(self):
        return [each for each in self.workloads if labels(each)["app.kubernetes.io/name"] == "canopy"]

    def allows(self, source, target, port, source_namespace=None):
        """Whether the network policies let pods of one kind reach a port of another's; both are labels of pods. Pods
        from outside have the labels of their namespace."""
        out = [p["spec"] for p in self.policies("Egress") if selects(p["spec"]["podSelector"], source)]
        into = [p["spec"] for p in self.policies("Ingress") if selects(p["spec"]["podSelector"], target)]
        if source_namespace is not None:
            out = []

        def any_rule(policies, direction, peers, other):
            return any(
                matches_port(rule, port) and matches_peer(rule.get(peers), other, source_namespace)
                for policy in policies for rule in policy.get(direction, []))

        return ((not out or any_rule(out, "egress", "to", target))
                and (not into or any_rule(into, "ingress", "from", source)))

    def policies(self, direction):
        return [each for each in self.of("NetworkPolicy") if direction in each["spec"]["policyTypes"]]


def labels(workload):
    return workload["spec"]["template"]["metadata"]["labels"]


def pod(workload):
    return workload["spec"]["template"]["spec"]


def container(workload):
    only, = pod(workload)["containers"]
    return only


def selects(selector, found):
    for each in selector.get("matchExpressions", []):
        assert each["operator"] == "In"
        if found.get(each["key"]) not in each["values"]:
            return False
    return all(found.get(key) == value for key, value in selector.get("matchLabels", {}).items())


def matches_port(rule, port):
    name, number = port
    return "ports" not in rule or any(each["port"] in (name, number) for each in rule["ports"])


def matches_peer(peers, found, namespace):
    if peers is None:
        return True
    for peer in peers:
        if "ipBlock" in peer:
            continue
        if "namespaceSelector" in peer:
            here = namespace is not None and selects(peer["namespaceSelector"], namespace)
        else:
            here = namespace is None
        if here and selects(peer.get("podSelector", {}), found):
            return True
    return False


@pytest.fixture(scope="module", params=OVERLAYS)
def cluster(request):
    cluster = Cluster(run(tool("kubectl"), "kustomize", DEPLOY / "kubernetes" / request.param))
    cluster.name = request.param
    return cluster


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_takes_every_object(cluster, version):
    for each in cluster.objects:
        kubernetes_validate.validate(each, version, strict=True)
    misspelt = copy.deepcopy(cluster.named("Deployment", "canopy-root"))
    container(misspelt)["readynessProbe"] = container(misspelt).pop("readinessProbe")
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(misspelt, version, strict=True)


def test_the_overlays_have_the_sizes_they_promise(cluster):
    sizes = {each["metadata"]["name"]: each["spec"]["replicas"] for each in cluster.canopies}
    expected = {"development": (1, 2), "production": (3, 9)}[cluster.name]
    assert (sizes["canopy-root"], sizes["canopy-leaf"]) == expected


def test_every_setting_in_a_manifest_is_one(cluster):
    for each in cluster.of("ConfigMap"):
        for name, value in each["data"].items():
            if name.endswith(".yaml"):
                check_file(value)
            else:
                check_environment([name])
    for workload in cluster.canopies:
        check_environment(each["name"] for each in container(workload)["env"])
        # Kubernetes would add variables like CANOPY_PORT for the Service `canopy`, which Canopy refuses.
        assert pod(workload)["enableServiceLinks"] is False


def test_every_name_leads_somewhere(cluster):
    pods = [labels(each) for each in cluster.workloads]
    for each in cluster.of("Service", "PodDisruptionBudget"):
        selector = each["spec"]["selector"]
        chosen = [
            workload for workload in cluster.workloads
            if selects(selector if "matchLabels" in selector else {"matchLabels": selector}, labels(workload))]
        assert len(chosen) == 1, each["metadata"]["name"]
        ports = {port["name"]: port["containerPort"] for port in container(chosen[0])["ports"]}
        for port in each["spec"].get("ports", []):
            assert ports[port["targetPort"]] == port["port"]
    for each in cluster.of("NetworkPolicy"):
        assert any(selects(each["spec"]["podSelector"], found) for found in pods)
    kinds = {"configMapRef": "ConfigMap", "secretRef": "Secret"}
    made = {(each["kind"], each["metadata"]["name"]) for each in cluster.objects}
    for workload in cluster.workloads:
        assert selects(workload["spec"]["selector"], labels(workload))
        if workload["kind"] == "StatefulSet":
            cluster.named("Service", workload["spec"]["serviceName"])
        wanted = {
            (kinds[kind], reference["name"]) for source in container(workload).get("envFrom", [])
            for kind, reference in source.items()}
        wanted |= {
            ("ConfigMap", volume["configMap"]["name"]) for volume in pod(workload).get("volumes", [])
            if "configMap" in volume}
        if "serviceAccountName" in pod(workload):
            wanted.add(("ServiceAccount", pod(workload)["serviceAccountName"]))
        # Who runs it in earnest makes the secret by hand.
        by_hand = {("Secret", "canopy-object-store")} if cluster.name == "production" else set()
        assert wanted <= made | by_hand
        volumes = {each["name"] for each in pod(workload).get("volumes", [])}
        volumes |= {each["metadata"]["name"] for each in workload["spec"].get("volumeClaimTemplates", [])}
        assert volumes == {each["name"] for each in container(workload)["volumeMounts"]}


def test_no_pod_may_do_more_than_it_must(cluster):
    namespace, = cluster.of("Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert all(
        each["metadata"]["namespace"] == namespace["metadata"]["name"] for each in cluster.objects
        if each is not namespace)
    for workload in cluster.workloads:
        user, own = pod(workload)["securityContext"], container(workload)["securityContext"]
        assert user["runAsNonRoot"] and user["runAsUser"] > 0
        assert user["seccompProfile"] == {"type": "RuntimeDefault"}
        assert own == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]}}
        assert pod(workload)["automountServiceAccountToken"] is False
        assert "limits" in container(workload)["resources"] and "requests" in container(workload)["resources"]
    for account in cluster.of("ServiceAccount"):
        assert account["automountServiceAccountToken"] is False


def test_who_may_speak_to_whom(cluster):
    root, leaf = (
        {"app.kubernetes.io/name": "canopy", "app.kubernetes.io/component": part} for part in ("root", "leaf"))
    frames, http = ("frames", 9400), ("http", 9200)
    stranger = {"app.kubernetes.io/name": "something-else"}
    assert cluster.allows(root, leaf, frames) and cluster.allows(leaf, leaf, frames)
    assert not cluster.allows(stranger, leaf, frames)
    assert not cluster.allows(stranger, leaf, frames, source_namespace={"canopy-clients": "true"})
    assert not cluster.allows(root, stranger, http)
    proxy = cluster.allows(stranger, root, http, source_namespace={"canopy-clients": "true"})
    anybody = cluster.allows(stranger, root, http, source_namespace={})
    assert (proxy, anybody) == (True, cluster.name == "development")
    if cluster.name == "development":
        for name, port in ("etcd", 2379), ("seaweedfs", 8333):
            store = {"app.kubernetes.io/name": name}
            assert cluster.allows(root, store, (None, port)) and cluster.allows(leaf, store, (None, port))
            assert not cluster.allows(stranger, store, (None, port))
    else:
        rule, = cluster.named("NetworkPolicy", "canopy-to-stores")["spec"]["egress"]
        assert [each["port"] for each in rule["ports"]] == [443, 2379]


def test_pods_start_stop_and_spread(cluster):
    for workload in cluster.canopies:
        own = container(workload)
        assert own["image"].split(":")[-1] == VERSION
        pause = own.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        assert pod(workload)["terminationGracePeriodSeconds"] >= pause + STOP_SECONDS + 5
        for kind in "startupProbe", "readinessProbe", "livenessProbe":
            if workload["metadata"]["name"] == "canopy-leaf":
                assert own[kind]["tcpSocket"] == {"port": "frames"}
            else:
                assert own[kind]["httpGet"] == {"path": "/livez", "port": "http"}
        zones, machines = pod(workload)["topologySpreadConstraints"]
        assert zones["topologyKey"] == "topology.kubernetes.io/zone"
        assert machines["topologyKey"] == "kubernetes.io/hostname"
        assert all(selects(each["labelSelector"], labels(workload)) for each in (zones, machines))
        strict = zones["whenUnsatisfiable"] == "DoNotSchedule"
        assert strict == (cluster.name == "production")


def test_a_leafs_copies_fit_into_its_claim(cluster):
    leaf = cluster.named("StatefulSet", "canopy-leaf")
    file = next(each["data"]["canopy.yaml"] for each in cluster.of("ConfigMap") if "canopy.yaml" in each["data"])
    mebibytes = yaml.safe_load(file)["objects"]["cache_mib"]
    for each in container(leaf)["env"]:
        if each["name"] == "CANOPY_OBJECTS_CACHE_MIB":
            mebibytes = int(each["value"])
    claim, = leaf["spec"]["volumeClaimTemplates"]
    storage = claim["spec"]["resources"]["requests"]["storage"]
    assert storage.endswith("Gi") and mebibytes / 1024 <= 0.8 * int(storage[:-2])


# Compose


def test_compose_takes_its_file(monkeypatch):
    for name in "CANOPY_IMAGE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY":
        monkeypatch.delenv(name, raising=False)
    file = DEPLOY / "compose/compose.yaml"
    services = json.loads(run(tool("docker-compose"), "-f", file, "config", "--format", "json"))["services"]
    groups = {}
    for name, service in services.items():
        groups.setdefault(re.sub(r"-\d+$", "", name), []).append(name)
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert all(port["host_ip"] == "127.0.0.1" for port in service.get("ports", []))
        check_environment(service["environment"])
    assert {name: len(members) for name, members in groups.items()} == {
        "root": 2, "leaf": 4, "etcd": 3, "seaweedfs": 1}
    for number, name in enumerate(sorted(groups["leaf"])):
        leaf = services[name]
        assert leaf["environment"]["CANOPY_LEAF_NUMBER"] == str(number)
        assert leaf["environment"]["CANOPY_CLUSTER_ADDRESS"] == f"{name}:9400"
    for name in groups["root"] + groups["leaf"]:
        assert services[name]["image"] == f"canopy:{VERSION}"
        assert services[name]["stop_grace_period"] == "40s"
    shared = (DEPLOY / "compose/canopy.yaml").read_text()
    check_file(shared)
    endpoints = yaml.safe_load(shared)["metadata"]["endpoints"].split(",")
    members = services["etcd-0"]["environment"]["ETCD_INITIAL_CLUSTER"].split(",")
    assert endpoints == [f"http://{name}:2379" for name in sorted(groups["etcd"])]
    assert members == [f"{name}=http://{name}:2380" for name in sorted(groups["etcd"])]


# The image and the samples


def test_the_container_file_is_clean():
    assert run(tool("hadolint"), DEPLOY / "image/Containerfile") == ""


def test_every_setting_in_the_sample_is_one():
    check_file((DEPLOY / "canopy.yaml").read_text())


# The guide


def test_the_guide_names_metrics_that_exist():
    sources = ROOT / "Sources"
    made = set()
    for path in sources.rglob("*.swift"):
        made |= set(re.findall(r'"(canopy_[a-z_]+)"', path.read_text()))
    guide = (sources / "canopy/Canopy.docc/Operating.md").read_text()
    named = {name for name in re.findall(r"`(canopy_[a-z_]+)[`{]", guide)}
    endings = ("", "_total", "_seconds")
    assert len(named) > 15
    assert named <= {name + ending for name in made for ending in endings}
    assert all(any(name + ending in named for ending in endings) for name in made)
