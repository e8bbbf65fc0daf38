"""Which figures of the documents of 2013 and 2016 the reports print: acceptance.csv, line by line.

The listing goes to .build/acceptance.txt and its last lines to the end of the test run.
"""

import csv
from pathlib import Path

import pytest
from reports import fetch_report, figures_of
from stack import ROOT, http_get

LINES = list(csv.DictReader((Path(__file__).parent / "acceptance.csv").read_text("utf-8-sig").splitlines()))
OWNERS = {"REG", "EXH", "TAL", "GW"}
MARKS = {"computed": "MARK_COMPUTED", "stated": "MARK_STATED", "not_recorded": "MARK_NOT_RECORDED"}
LISTING = ROOT / ".build" / "acceptance.txt"


def ids(lines):
    """The ids of documents 000 and 001 that have an owner here."""
    return {line["id"] for line in lines if line["id"].startswith(("A0-", "A1-")) and set(line["owner"].split("/")) & OWNERS}


@pytest.fixture(scope="module")
def printed(loaded):
    return {year: figures_of(fetch_report(loaded, year)) for year in ("2013", "2016")}


@pytest.mark.parametrize("line", [line for line in LINES if line["key"]], ids=lambda line: f"{line['id']} {line['figure']}")
def test_the_figure_is_in_the_report_with_its_mark_and_explained(loaded, printed, line):
    figure = printed[line["year"]].get(line["key"])
    assert figure, f"{line['key']} is not in the report of {line['year']}"
    assert (figure["printed"], figure["mark"]) == (line["printed"], MARKS[line["mark"]])
    status, _, body = http_get(loaded.http + figure["explainPath"], {"accept": "application/json"})
    assert status == 200, body


def test_every_id_has_a_line_and_three_in_five_appear():
    """What does not appear says why."""
    lines = [line for line in LINES if line["id"] in ids(LINES)]
    for line in LINES:
        assert line["key"] or line["reason"], line
    appearing = ids(line for line in lines if line["key"] and line["mark"] != "not_recorded")
    assert ids(LINES) == expected_ids()
    assert len(appearing) >= 0.6 * len(ids(LINES)), sorted(ids(LINES) - appearing)


def expected_ids():
    """Those of the two documents' lists whose owner is the register, exhibitions, talent or the gateway."""
    first = {*range(5, 29), 30, 31, 32, 33, 35, 36, 37, 39, 40, 41, 42, 44, 45, 46, 47, 48, 49, 50, 52, 54}
    second = {2, 3, *range(5, 20), 21, 22, 23, 24, 25, 28, 29, 30}
    return {f"A1-{number:02}" for number in first} | {f"A0-{number:02}" for number in second}


def test_the_listing_is_written(printed):
    """By id: each figure with its value, its mark and where it is explained; and what is not there yet."""
    rows = []
    for line in LINES:
        if not line["key"]:
            rows.append(f"{line['id']}  {line['figure']}: not yet: {line['reason']}")
            continue
        figure = printed[line["year"]][line["key"]]
        rows.append(f"{line['id']}  {line['figure']}: {figure['printed']} [{line['mark']}] {figure['explainPath']}")
    appearing = ids(line for line in LINES if line["key"])
    rows.append(f"{len(appearing)} of {len(ids(LINES))} ids appear; without a figure: {', '.join(sorted(ids(LINES) - appearing))}")
    LISTING.parent.mkdir(exist_ok=True)
    LISTING.write_text("\n".join(rows) + "\n")
    assert len(rows) == len(LINES) + 1
