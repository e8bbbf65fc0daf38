"""What an operator asks of an executable beside serving, and what it tells a balancer of itself."""

import base64
import socket
import sqlite3
import subprocess

import pytest
from reports import request_id
from stack import REGISTRY, Process, Stack, binary, http_get, psql, wait_until

KEEPERS = ("registry", "statistics", "exhibitions", "talent")


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    """Addresses and databases, and nothing that runs."""
    stack = Stack(tmp_path / "stack", engine=request.param)
    stack.make_keys()
    try:
        yield stack
    finally:
        stack.stop()


def ask(stack, name, *arguments):
    return subprocess.run([binary(f"lianshe-{name}"), *arguments], env=stack.environment(name), capture_output=True,
                          text=True, timeout=60)


def change_something(stack, name):
    if name == "registry":
        stack.ask(REGISTRY, "CreatePlace", {"requestId": request_id(), "place": {
            "code": "450000", "name": "广西壮族自治区", "level": "PLACE_LEVEL_PROVINCE"}})
    else:
        stack.ask(f"lianshe.{name}.v1.StatedFigureService", "CreateStatedFigure", {"requestId": request_id(), "statedFigure": {
            "code": "test", "label": "示例", "placeCode": "450000", "period": "2013", "kind": "STATED_KIND_VALUE",
            "quantity": {"text": "1个"}, "provenance": {"document": "测试", "sentence": "测试"}}})


def on_database(stack, name, statement):
    """Runs a statement behind the service's back; the first column of the first row, if there is one."""
    url = stack.database_url(name)
    if url.startswith("postgres"):
        return psql(url, statement)
    with sqlite3.connect(url.removeprefix("sqlite:"), timeout=20) as database:
        row = database.execute(statement).fetchone()
        return row and row[0]


@pytest.mark.parametrize("name", KEEPERS)
def test_the_audit_is_verified_beside_the_running_service(empty, name):
    empty.start(*KEEPERS)
    for changed in dict.fromkeys(("registry", name)):
        change_something(empty, changed)

    def chained():
        done = ask(empty, name, "--verify-audit")
        assert done.returncode == 0, done.stderr
        return "entries: 0" not in done.stdout and done.stdout.splitlines()
    verdict, head = wait_until(chained, "the entry was chained")
    assert "intact" in verdict
    assert ask(empty, name, f"--verify-audit={head}").returncode == 0
    on_database(empty, name, "UPDATE storage_audit SET subject = 'someone else'")
    done = ask(empty, name, "--verify-audit")
    assert done.returncode == 1 and "broken at entry 1" in done.stdout, done


@pytest.mark.parametrize("name", KEEPERS)
def test_a_missing_database_is_neither_intact_nor_broken(empty, name):
    done = ask(empty, name, "--verify-audit")
    assert done.returncode == 69 and not done.stdout and len(done.stderr.splitlines()) == 1, done
    for verb in ("--verify-audit", "--show-audit", "--renew-feed"):
        assert verb in ask(empty, name, "--help").stdout


@pytest.mark.parametrize("flag", ["--http-listen", "--listen", "--admin-listen"])
def test_a_port_in_use_is_one_line(empty, flag):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = ask(empty, "gateway", flag, address)
    assert done.returncode == 1, done
    said = [line for line in done.stderr.splitlines() if "a new, empty database was created" not in line]
    assert "\n".join(said) == f"lianshe-gateway: 运行失败 / failed: {address} 已被其他程序占用 / is in use by another program"


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_a_database_file_that_is_gone_is_not_written_to(empty):
    empty.start("registry")
    assert "a new, empty database was created" in empty.processes["registry"].tail()
    file = empty.folder / "registry.sqlite"
    for path in empty.folder.glob("registry.sqlite*"):
        path.rename(f"{path}.away")
    status, answer = empty.call(REGISTRY, "CreatePlace", {"requestId": request_id(), "place": {
        "code": "450000", "name": "广西壮族自治区", "level": "PLACE_LEVEL_PROVINCE"}})
    assert status == 503 and "数据库文件已被删除" in answer["message"], answer
    wait_until(lambda: http_get(empty.admin("registry") + "/readyz")[0] == 503, "it is not ready")
    assert not file.exists()
    for path in empty.folder.glob("registry.sqlite*.away"):
        path.rename(str(path).removesuffix(".away"))
    empty.wait_ready("registry")
    change_something(empty, "registry")


@pytest.mark.parametrize("name", KEEPERS)
def test_what_stands_in_the_way_of_a_start_is_one_line(empty, name):
    done = ask(empty, name, "--database-url", "sqlite:/nonexist/x.sqlite")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done
    for part in ("无法打开数据库文件 /nonexist/x.sqlite", "cannot open", "No such file or directory"):
        assert part in done.stderr
    other = KEEPERS[KEEPERS.index(name) - 1]
    empty.start(*KEEPERS)
    empty.stop_services()
    done = ask(empty, name, "--database-url", empty.database_url(other))
    assert done.returncode == 1 and "is another" not in done.stderr, done
    assert "是另一个服务的" in done.stderr and f"{other}/0001" in done.stderr, done.stderr


def test_a_variable_that_nobody_knows_is_told(empty):
    environment = dict(empty.environment("registry"), LIANSHE_NOPE="1")
    done = subprocess.run([binary("lianshe-registry"), "--check-config"], env=environment, capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0 and "LIANSHE_NOPE: 没有这个键，已忽略" in done.stderr, done


def test_a_renewed_feed_makes_the_copy_take_a_snapshot_again(empty):
    empty.start(*KEEPERS)

    def epoch():
        cursor = on_database(empty, "statistics", "SELECT cursor_text FROM storage_feed_cursor")
        return cursor and base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|")[1]
    before = wait_until(epoch, "the register was copied")
    done = ask(empty, "registry", "--renew-feed")
    assert done.returncode == 0 and "renewed" in done.stdout, done
    wait_until(lambda: epoch() != before, "the copy followed the renewed feed")
    empty.wait_ready("statistics")


def test_health_says_what_readyz_says(empty):
    """Statistics without its copy of the register answers probes, and says that it is not serving."""
    environment = empty.environment("statistics")
    empty.processes["statistics"] = Process("lianshe-statistics", [], environment, empty.folder / "statistics.log").start()

    def health():
        status, body = empty.call("grpc.health.v1.Health", "Check", target="statistics", token=False)
        assert status == 200
        return body["status"]

    def findings():
        _, _, body = http_get(empty.admin("statistics") + "/readyz")
        return body.decode()
    wait_until(lambda: '"name":"database","ready":true' in findings(), "the database was found usable")
    assert '"name":"register copy","ready":false' in findings()
    assert health() == "NOT_SERVING"
    empty.start("registry")
    empty.wait_ready("statistics")
    wait_until(lambda: health() == "SERVING", "it serves with the copy")
