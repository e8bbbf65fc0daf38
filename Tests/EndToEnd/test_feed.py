"""The change feed under concurrent writers, cut at random: nothing is lost, the copy equals the source."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from connect_caller import caller_for
from connect_messages import Protos
from connectrpc.errors import ConnectError
from stack import REGISTRY

CUTS = 100
WRITERS = 3


@pytest.fixture(scope="module")
def protos():
    return Protos()


class Copy:
    """A consumer: applies by revision, keeps the cursor."""

    def __init__(self):
        self.entities = {}
        self.cursor = ""

    def apply(self, change):
        name = change.WhichOneof("entity")
        if name:
            entity = getattr(change, name)
            known = self.entities.get((name, entity.id))
            if known is None or known[0] < change.revision:
                self.entities[(name, entity.id)] = (change.revision, change.kind, entity)
        if change.cursor:
            self.cursor = change.cursor


def test_a_hundred_cuts_lose_nothing(fresh, protos):
    chance = random.Random(2013)
    done = threading.Event()
    written = [0] * WRITERS

    def write(number):
        client = caller_for(protos, fresh.channel("registry"), fresh.token)
        made = []
        while not done.is_set():
            written[number] += 1
            step = written[number]
            if made and step % 3 == 0:
                entity = client.unary(REGISTRY, "GetEnterprise", id=made[step % len(made)]).enterprise
                entity.name = f"示例企业{number}改{step}"
                try:
                    client.unary(REGISTRY, "UpdateEnterprise", request_id=f"u{number}-{step}", enterprise=entity,
                                 update_mask=["name"])
                except ConnectError as error:
                    assert error.code.value == "aborted", error
            else:
                answer = client.unary(REGISTRY, "CreateEnterprise", request_id=f"c{number}-{step}",
                                      enterprise={"name": f"示例企业{number}号{step}", "place_code": "450923"})
                made.append(answer.enterprise.id)

    pool = ThreadPoolExecutor()
    writers = [pool.submit(write, number) for number in range(WRITERS)]
    copy = Copy()
    reader = caller_for(protos, fresh.channel("registry"))
    try:
        for _ in range(CUTS):
            stream = reader.stream(REGISTRY, "WatchChanges", cursor=copy.cursor, timeout_ms=30_000)
            wanted = chance.randint(0, 12) if copy.cursor else chance.randint(0, 400)
            for count, change in enumerate(stream):
                # Until the snapshot is complete there is no cursor: a cut starts it again.
                copy.apply(change)
                if count >= wanted:
                    break
            stream.close()
    finally:
        done.set()
        pool.shutdown()
    for writer in writers:
        writer.result()  # a writer that failed fails the test
    stream = reader.stream(REGISTRY, "WatchChanges", cursor=copy.cursor, timeout_ms=60_000)
    source = {}
    token = ""
    while True:
        page = reader.unary(REGISTRY, "ListEnterprises", page_size=1000, page_token=token)
        source.update({entity.id: entity for entity in page.enterprises})
        token = page.next_page_token
        if not token:
            break
    for change in stream:
        copy.apply(change)
        if change.kind == 5:  # CHANGE_KIND_HEARTBEAT: the feed has caught up
            break
    copied = {identity: value[2] for (name, identity), value in copy.entities.items() if name == "enterprise"}
    assert sum(written) > 100
    assert copied.keys() == source.keys()
    for identity, entity in source.items():
        assert (copied[identity].name, copied[identity].revision) == (entity.name, entity.revision)
