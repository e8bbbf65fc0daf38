"""What was acknowledged is read back after kill -9; a service that returns is used again."""

import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from reports import fetch_report, figures_of, form_of, request_id, submit, whole_report
from stack import REGISTRY, STATISTICS, CurlFailed, http_get, wait_until

ROUNDS = 6


def stated(service):
    return f"lianshe.{service}.v1.StatedFigureService"


@pytest.mark.parametrize("service", ["registry", "statistics", "exhibitions", "talent"])
def test_acknowledged_writes_survive_kill_9(fresh, service):
    """A writer writes while the process is killed at random; every acknowledged write is read back once."""
    chance = random.Random(7)
    acknowledged = []
    for round_number in range(ROUNDS):
        stop = threading.Event()

        def write(round_number=round_number):
            number = 0
            while not stop.is_set():
                number += 1
                name = f"示例企业{round_number}-{number}"
                try:
                    if service == "registry":
                        status, body = fresh.call(REGISTRY, "CreateEnterprise", {
                            "requestId": f"{name}", "enterprise": {"name": name, "placeCode": "450102"}})
                        identity = body.get("enterprise", {}).get("id")
                    else:
                        status, body = fresh.call(stated(service), "CreateStatedFigure", {
                            "requestId": f"{name}", "statedFigure": {
                                "code": f"test-{round_number}-{number}", "label": name, "placeCode": "450000", "period": "2013",
                                "kind": "STATED_KIND_VALUE", "quantity": {"text": "1个"},
                                "provenance": {"document": "测试", "sentence": "测试"}}})
                        identity = body.get("statedFigure", {}).get("code")
                except CurlFailed:
                    return  # the process is gone: this write was not acknowledged
                if status == 200:
                    acknowledged.append(identity)

        with ThreadPoolExecutor() as pool:
            writer = pool.submit(write)
            time.sleep(chance.uniform(0.2, 0.9))
            fresh.processes[service].kill()
            stop.set()
            writer.result()
        fresh.start(service)
    assert len(acknowledged) >= ROUNDS
    for identity in acknowledged:
        if service == "registry":
            fresh.ask(REGISTRY, "GetEnterprise", {"id": identity})
        else:
            fresh.ask(stated(service), "GetStatedFigure", {"code": identity})


def test_a_stopped_service_gives_a_partial_report_that_names_it(fresh):
    whole = figures_of(fetch_report(fresh))
    fresh.processes["statistics"].stop()
    report = fetch_report(fresh)
    missing = report["missingServices"]
    assert [item["service"] for item in missing] == ["statistics"]
    assert missing[0]["code"] == "unavailable" and missing[0]["reason"]
    status, _, body = http_get(f"{fresh.http}/v1/federations/450000/report?year=2013", {"accept": "text/markdown"})
    assert status == 200 and "statistics" in body.decode()
    fresh.start("statistics")
    wait_until(lambda: not fetch_report(fresh).get("missingServices"), "the report became whole again")
    assert figures_of(fetch_report(fresh)).keys() == whole.keys()
    fresh.processes["registry"].stop()
    report = fetch_report(fresh)
    assert [item["service"] for item in report["missingServices"]] == ["registry"]
    assert figures_of(report)["total/450000/bureau/gross_output/2013"]["printed"] == "810亿元"
    fresh.start("registry")
    wait_until(lambda: not fetch_report(fresh).get("missingServices"), "the report became whole again")


# Every service is killed once; one stops in order, one stays and does not answer.
ENDS = [("registry", "killed"), ("statistics", "killed"), ("exhibitions", "killed"), ("talent", "killed"),
        ("exhibitions", "stopped"), ("talent", "frozen")]


def test_without_any_one_service_both_reports_name_it_and_heal(fresh):
    """Within the deadline, whatever became of the service; the figures of the others stay as they are."""
    whole = {year: printed_by(fetch_report(fresh, year)) for year in ("2013", "2016")}
    for service, end in ENDS:
        process = fresh.processes[service]
        {"stopped": process.stop, "killed": process.kill,
         "frozen": lambda process=process: process.process.send_signal(signal.SIGSTOP)}[end]()
        try:
            for year, figures in whole.items():
                began = time.monotonic()
                report = fetch_report(fresh, year)
                assert time.monotonic() - began < 12, (service, end)  # the deadline is 10 s
                assert [item["service"] for item in report["missingServices"]] == [service], (service, end, year)
                assert without(service, printed_by(report)) == without(service, figures) != {}, (service, end, year)
        finally:
            if end == "frozen":
                process.process.send_signal(signal.SIGCONT)
        if end != "frozen":
            fresh.start(service)
        for year, figures in whole.items():
            wait_until(lambda year=year: not fetch_report(fresh, year).get("missingServices"), "the report became whole")
            assert printed_by(fetch_report(fresh, year)) == figures, (service, end, year)


def printed_by(report):
    """(service, key) → what is printed."""
    return {(figure["service"], key): figure["printed"] for key, figure in figures_of(report).items()}


def without(service, figures):
    return {key: printed for key, printed in figures.items() if key[0] != service}


def test_the_copy_of_the_register_catches_up_after_a_restart(fresh):
    fresh.processes["statistics"].kill()
    created = fresh.ask(REGISTRY, "CreateEnterprise", {"requestId": request_id(), "enterprise": {
        "name": "示例新厂", "placeCode": "450923", "sector": "工艺美术"}})["enterprise"]
    fresh.start("statistics")

    def known():
        status, _ = fresh.call(STATISTICS, "SubmitReport", {"requestId": request_id(), "validateOnly": True, "report": {
            "formCode": form_of(fresh, "bureau"), "channelCode": "bureau", "period": "2015", "coverage": "COVERAGE_UNIT",
            "placeCode": "450923", "unitId": created["id"], "nature": "NATURE_ACTUAL",
            "observations": [{"indicatorCode": "gross_output", "quantity": {"text": "3000万元"}}]}})
        return status == 200
    wait_until(known, "the new enterprise reached statistics")


def test_figures_are_right_in_the_very_next_read_and_after_a_restart(fresh):
    submit(fresh, whole_report("bureau", form_of(fresh, "bureau"), "2015", "450000", {"gross_output": "900亿元"}))
    key = "total/450000/bureau/gross_output/2015"
    assert fresh.ask(STATISTICS, "GetFigure", {"key": key})["figure"]["printed"] == "900"
    fresh.processes["statistics"].kill()
    fresh.start("statistics")
    assert fresh.ask(STATISTICS, "GetFigure", {"key": key})["figure"]["printed"] == "900"


def test_every_start_order_becomes_ready(fresh):
    for order in (tuple(reversed(fresh.SERVICES)), ("talent", "gateway", "statistics", "exhibitions", "registry")):
        for name in fresh.SERVICES:
            fresh.processes[name].stop()
        for name in order:
            fresh.processes[name].start()
        for name in order:
            fresh.wait_ready(name)
        assert not fetch_report(fresh).get("missingServices")
