"""What an operator installs from deploy/: each sample is accepted, each unit starts its service alone."""

import json
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from stack import ROOT, Process, Stack, binary, http_get, wait_until

DEPLOY = ROOT / "deploy"
SERVICES = Stack.SERVICES
# Keys that a service has and its sample leaves out on purpose. None so far: they are few.
OMITTED = {name: set() for name in SERVICES}
# The checks of /readyz that fail while a service's neighbours are absent.
WAITS_FOR = {name: [] for name in SERVICES} | {"statistics": ["register copy"]}
# What it may have open at once: the channel, the admin port, HTTP.
CONNECTIONS = {name: 2048 + 64 for name in SERVICES} | {"gateway": 2048 + 1024 + 64}


def sample(name):
    return DEPLOY / "config" / f"{name}.conf"


def unit(name):
    return DEPLOY / "systemd" / f"lianshe-{name}.service"


def keys_in(text, commented):
    """The keys that are set, or those that are commented out."""
    return dict(re.findall(rf"^{'# ' if commented else ''}(LIANSHE_\w+)=(.*)$", text, re.M))


def settings(name):
    """The directives of a unit; one that stands twice would be a mistake of ours."""
    found = re.findall(r"^(\w+)=(.*)$", unit(name).read_text(), re.M)
    assert len(found) == len(dict(found)), found
    return dict(found)


def seconds(text):
    number, factor = re.fullmatch(r"(\d+)(s|min)", text).groups()
    return int(number) * {"s": 1, "min": 60}[factor]


def ask(name, *arguments):
    return subprocess.run([binary(f"lianshe-{name}"), *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          env={"PATH": "/usr/bin:/bin"})


def keys_of_help(name):
    """Every key that the program knows, with its default; those of secret files and of TLS have none."""
    text = ask(name, "--help").stdout
    entries = re.split(r"^(?=LIANSHE_\w+  --)", text, flags=re.M)[1:]
    known = {}
    for entry in entries:
        default = re.search(r"默认 default: (\S+)", entry)
        known[entry.split()[0]] = default.group(1) if default else None
        known.update(dict.fromkeys(re.findall(r"(LIANSHE_\w+_FILE)=", entry)))
    assert "LIANSHE_ADMIN_LISTEN" in known and len(known) >= 8
    return known


# The samples

@pytest.mark.parametrize("name", SERVICES)
def test_the_sample_is_accepted(name):
    done = ask(name, "--config", sample(name), "--check-config")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    for key, value in keys_in(sample(name).read_text(), commented=False).items():
        assert f"{key}={value}    # {sample(name)}" in done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_every_line_of_the_sample_is_read(name, tmp_path):
    """A misspelt key is refused, also in a line that an operator has to uncomment first."""
    text = sample(name).read_text()
    for key in {**keys_in(text, commented=False), **keys_in(text, commented=True)}:
        copy = tmp_path / f"{name}.conf"
        copy.write_text(re.sub(rf"^(?:# )?{key}=", f"{key}X=", text, flags=re.M))
        done = ask(name, "--config", copy, "--check-config")
        assert done.returncode == 78 and f"{key}X" in done.stderr and len(done.stderr.splitlines()) == 1, done


@pytest.mark.parametrize("name", SERVICES)
def test_the_sample_tells_of_every_key(name):
    known, text = keys_of_help(name), sample(name).read_text()
    told = keys_in(text, commented=False).keys() | keys_in(text, commented=True).keys()
    assert known.keys() - told == OMITTED[name]
    assert told <= known.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_commented_out_is_the_default(name):
    commented = keys_in(sample(name).read_text(), commented=True)
    assert {"LIANSHE_ADMIN_LISTEN", "LIANSHE_LOG_LEVEL", "LIANSHE_DRAIN_TIMEOUT"} <= commented.keys()
    known = keys_of_help(name)
    for key, value in commented.items():
        assert known[key] in (value, None), key


@pytest.mark.parametrize("name", SERVICES)
def test_the_database_may_be_told_in_a_file(name, tmp_path):
    secret = tmp_path / "database-url"
    secret.write_text("postgres://lianshe:geheim@db.lianshe.internal/lianshe\n")
    text = re.sub(r"^LIANSHE_DATABASE_URL=.*\n", "", sample(name).read_text(), flags=re.M)
    copy = tmp_path / f"{name}.conf"
    copy.write_text(re.sub(r"^# (LIANSHE_DATABASE_URL_FILE)=.*", rf"\1={secret}", text, flags=re.M))
    done = ask(name, "--config", copy, "--check-config")
    assert done.returncode == 0 and "lianshe:***@db.lianshe.internal" in done.stdout, done
    assert "geheim" not in done.stdout + done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_every_key_of_the_sample_is_explained_in_both_languages(name):
    lines = sample(name).read_text().splitlines()
    for before, line in zip(lines, lines[1:]):
        if re.match(r"(# )?LIANSHE_", line):
            assert re.match(r"# [A-Z][a-z ]+", before) and re.search(r"[\u4e00-\u9fff]", before), line


# The units

def analyze(*arguments):
    program = shutil.which("systemd-analyze")
    assert program, "systemd-analyze is missing: run scripts/setup test"
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)


def verify(path):
    """What systemd says of a unit; it calls an unknown directive a warning and ends with 0."""
    done = analyze("verify", "--man=no", path)
    said = [line for line in done.stderr.splitlines() if path.name in line]
    return said or ([done.stderr] if done.returncode != 0 else [])


def here(name, tmp_path, **changes):
    """A copy of the unit that starts the program that was built here."""
    text = re.sub(r"(?<=^ExecStart=)\S+", binary(f"lianshe-{name}"), unit(name).read_text(), flags=re.M)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    copy = tmp_path / unit(name).name
    copy.write_text(text)
    return copy


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_accepts_the_unit(name, tmp_path):
    assert verify(here(name, tmp_path)) == []
    assert "TimeoutStoppSec" in verify(here(name, tmp_path, TimeoutStopSec="TimeoutStoppSec"))[0]


def test_systemd_notices_a_missing_program(tmp_path):
    copy = tmp_path / unit("registry").name
    copy.write_text(re.sub(r"(?<=^ExecStart=)\S+", str(tmp_path / "absent"), unit("registry").read_text(), flags=re.M))
    assert "is not executable" in verify(copy)[0]


@pytest.mark.parametrize("name", SERVICES)
def test_the_unit_is_closed(name, tmp_path):
    """By systemd's own count of what a process may do: 100 is everything, a unit without a word has over 90."""
    done = analyze("security", "--offline=true", "--threshold=20", here(name, tmp_path))
    assert done.returncode == 0, done.stdout
    opened = here(name, tmp_path, **{"ProtectSystem=strict": "", "SystemCallFilter=@system-service": ""})
    assert analyze("security", "--offline=true", "--threshold=20", opened).returncode != 0


def test_the_units_are_as_closed_as_each_other():
    """They are whole, so that one file starts one service; what they have in common must stay common."""
    own = {"Description", "ExecStart", "User", "Group", "DynamicUser", "StateDirectory", "StateDirectoryMode"}
    common = [{key: value for key, value in settings(name).items() if key not in own} for name in SERVICES]
    assert all(other == common[0] for other in common)
    for name in SERVICES:
        assert settings(name)["User"] == f"lianshe-{name}" and settings(name)["StateDirectory"] == f"lianshe/{name}"
        folder = f"sqlite:/var/lib/{settings(name)['StateDirectory']}/"
        assert keys_in(sample(name).read_text(), commented=False)["LIANSHE_DATABASE_URL"].startswith(folder)


@pytest.mark.parametrize("name", SERVICES)
def test_the_unit_fits_what_the_program_does(name):
    found = settings(name)
    drain = seconds(keys_of_help(name)["LIANSHE_DRAIN_TIMEOUT"])
    assert seconds(found["TimeoutStopSec"]) > drain + 3  # what Bootstrap gives the rest
    assert int(found["LimitNOFILE"]) > CONNECTIONS[name] + 100
    assert int(found["StartLimitBurst"]) * seconds(found["RestartSec"]) < seconds(found["StartLimitIntervalSec"])
    never_again = set(map(int, found["RestartPreventExitStatus"].split()))
    assert never_again == {ask(name, "--no-such-option").returncode, ask(name, "--config", "/absent").returncode}


@pytest.mark.parametrize("name", SERVICES)
def test_the_unit_starts_the_service_alone(name, tmp_path):
    """ExecStart with the sample, but for places; the neighbours that it names are not there."""
    program, *arguments = shlex.split(settings(name)["ExecStart"])
    assert Path(program).name == f"lianshe-{name}" and arguments == ["--config", f"/etc/lianshe/{name}.conf"]
    stack = Stack(tmp_path / "stack")
    stack.make_keys()
    text = sample(name).read_text().replace("# LIANSHE_ADMIN_LISTEN=", "LIANSHE_ADMIN_LISTEN=")
    places = {"LISTEN": f"127.0.0.1:{stack.ports[name]}", "ADMIN_LISTEN": f"127.0.0.1:{stack.admin_ports[name]}",
              "HTTP_LISTEN": f"127.0.0.1:{stack.http_port}", "DATABASE_URL": f"sqlite:{tmp_path}/{name}.sqlite",
              "JWKS": str(stack.keys / "jwks.json"), "REGISTRY_URL": stack.channel("registry"),
              "STATISTICS_URL": stack.channel("statistics"), "EXHIBITIONS_URL": stack.channel("exhibitions"),
              "TALENT_URL": stack.channel("talent")}
    for key, place in places.items():
        text = re.sub(rf"^LIANSHE_{key}=.*", f"LIANSHE_{key}={place}", text, flags=re.M)
    configuration = tmp_path / f"{name}.conf"
    configuration.write_text(text)
    arguments[1] = str(configuration)
    given = dict([settings(name)["Environment"].split("=", 1)])
    service = Process(f"lianshe-{name}", arguments, {"PATH": "/usr/bin:/bin", **given}, tmp_path / "log")
    try:
        service.start()

        def live():
            assert service.process.poll() is None, service.tail()
            return http_get(f"{stack.admin(name)}/healthz")[0] == 200
        wait_until(live, f"{name} became live")

        def settled():
            state = json.loads(http_get(f"{stack.admin(name)}/readyz")[2])
            unchecked = [check for check in state["checks"] if check.get("message") == "not checked yet"]
            failing = [check["name"] for check in state["checks"] if not check["ready"]]
            return state["phase"] == "running" and not unchecked and failing == WAITS_FOR[name]
        wait_until(settled, f"{name} was ready but for {WAITS_FOR[name]}")
        began = time.monotonic()
        assert service.stop() == 0, service.tail()
        assert time.monotonic() - began < seconds(settings(name)["TimeoutStopSec"])
    finally:
        service.stop()


@pytest.mark.parametrize("name", SERVICES)
def test_without_libpq_only_postgresql_is_missed(name, tmp_path):
    """The library is opened with the first connection, and a host on SQLite need not have it."""
    linked = subprocess.run(["ldd", binary(f"lianshe-{name}")], capture_output=True, text=True, check=True).stdout
    assert "libnghttp2" in linked and "libpq" not in linked
    (tmp_path / "libpq.so.5").touch()  # found first, and no library

    def verify(database):
        environment = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": str(tmp_path), "LIANSHE_DATABASE_URL": database}
        return subprocess.run([binary(f"lianshe-{name}"), "--verify-audit"], capture_output=True, text=True, timeout=60,
                              env=environment)
    done = verify("postgres://nobody@127.0.0.1:1/none")
    assert done.returncode == 69 and "apt-get install libpq5" in done.stderr, done
    assert "there is no database" in verify(f"sqlite:{tmp_path}/none.sqlite").stderr


# The guide

def test_the_guide_names_what_the_files_name():
    guide = (DEPLOY / "README.md").read_text()
    for name in SERVICES:
        program, _, path = settings(name)["ExecStart"].split()
        for place in (Path(program).parent, Path(path).parent, *re.findall(r"=(/\S+)", sample(name).read_text())):
            assert str(place).replace(f"/{name}.", "/$service.") in guide, place
        for part in ("LISTEN", "HTTP_LISTEN", "ADMIN_LISTEN"):
            default = keys_of_help(name).get(f"LIANSHE_{part}")
            assert default is None or default.rpartition(":")[2] in guide, default


def test_every_file_is_in_the_guide_and_every_name_of_the_guide_is_there():
    guide = (DEPLOY / "README.md").read_text()
    for path in [*DEPLOY.glob("config/*"), *DEPLOY.glob("systemd/*")]:
        assert path.stem.removeprefix("lianshe-") in SERVICES, f"{path} is not told of"
    named = re.findall(r"\]\(([^)#:]+)\)", guide)
    assert len(named) >= 3 and [name for name in named if not (DEPLOY / name).exists()] == []
