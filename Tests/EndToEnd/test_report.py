"""The 2013 report of the demonstration data: every figure, its mark, and what explains it."""

import json

import pytest
from reports import explain, fetch_report, figures_of, text_of
from stack import STATISTICS, http_get

COMPUTED = {
    "total/450000/bureau/gross_output/2013": "810亿元",
    "total/450000/bureau/export_delivery/2013": "48亿元",
    "total/450000/collective/gross_output/2013": "48亿元",
    "total/450000/region/gross_output/2013": "200亿元",
    "target/450000/bureau/gross_output/2014": "891.0亿元",
    "target/450000/collective/gross_output/2014": "51.84亿元",
    "target/450000/region/gross_output/2014": "220.0亿元",
    "total/450000/bureau/gross_output/2006": "145亿元",
}
INTERVALS = {
    "target/450000/bureau/gross_output/2014": (890.45, 891.55),
    "target/450000/collective/gross_output/2014": (51.3, 52.38),
    "target/450000/region/gross_output/2014": (219.45, 220.55),
}
YULIN = {"208亿元", "6.4亿元", "67亿元"}
STATED_GROWTH = {
    "stated/gx-2013-bureau-output-growth": "8%",
    "stated/gx-2013-bureau-export-growth": "29%",
    "stated/gx-2013-collective-output-growth": "19%",
    "stated/gx-2013-region-output-growth": "21%",
}


def decimal(value):
    return int(value.get("unscaled", 0)) / 10 ** int(value.get("scale", 0))


@pytest.mark.parametrize("key,printed", COMPUTED.items())
def test_a_computed_figure_is_printed_marked_and_explained(loaded, key, printed):
    figure = figures_of(fetch_report(loaded))[key]
    assert (figure["printed"], figure["mark"]) == (printed, "MARK_COMPUTED")
    answer = explain(loaded, key)
    assert answer["figure"]["key"] == key and answer.get("formulaZh")
    assert answer.get("records") or answer.get("inputs")
    for record in answer.get("records", []):
        assert record["provenance"]["document"] and record["provenance"]["sentence"]


@pytest.mark.parametrize("key,bounds", INTERVALS.items())
def test_a_target_carries_its_interval(loaded, key, bounds):
    quantity = explain(loaded, key)["figure"]["quantity"]
    factor = {"元": 1e8, "万元": 1e4, "亿元": 1}[quantity["unit"]]
    assert decimal(quantity["low"]) / factor == pytest.approx(bounds[0], abs=1e-9)
    assert decimal(quantity["high"]) / factor == pytest.approx(bounds[1], abs=1e-9)


def test_stated_growth_is_printed_as_stated_and_computed_growth_is_not_recorded(loaded):
    figures = figures_of(fetch_report(loaded))
    for key, printed in STATED_GROWTH.items():
        assert (figures[key]["printed"], figures[key]["mark"]) == (printed, "MARK_STATED"), key
    growth = {key: figure for key, figure in figures.items() if key.startswith("growth/450000/") and key.endswith("/2013")}
    assert len(growth) >= 4
    for key, figure in growth.items():
        assert (figure["printed"], figure["mark"]) == ("未统计", "MARK_NOT_RECORDED"), key
        assert any("2012" in note for note in explain(loaded, key)["figure"].get("notes", [])), key


def test_the_forecast_of_yulin_is_printed_as_expected(loaded):
    report = fetch_report(loaded)
    figures = {key: figure for key, figure in figures_of(report).items() if "/450900/" in key}
    assert YULIN <= {figure["printed"] for figure in figures.values()}
    for figure in figures.values():
        if figure["printed"] in YULIN:
            assert figure["quantity"]["nature"] == "NATURE_EXPECTED"
    assert "预计" in text_of(report)


def test_doubtful_values_of_2006_are_in_quarantine_with_candidates(loaded):
    items = loaded.ask(STATISTICS, "ListQuarantineItems", {"period": "2006", "state": "QUARANTINE_STATE_OPEN"})["items"]
    texts = {item["printedText"]: [candidate["quantity"]["text"] for candidate in item["candidates"]] for item in items}
    assert texts["2 3亿"] == ["23亿", "2.3亿"]
    assert set(texts["22亿"]) == {"22亿", "2.2亿"}
    printed = text_of(fetch_report(loaded))
    assert "2 3亿" in printed and "22亿" in printed and "23亿" in printed and "2.2亿" in printed
    # No figure uses them.
    for indicator in ("gross_output", "export_delivery"):
        figure = loaded.ask(STATISTICS, "GetFigure", {"key": f"total/450000/collective/{indicator}/2006"})["figure"]
        assert figure["mark"] == "FIGURE_MARK_NOT_RECORDED" and figure["printed"] == "未统计"


def test_channels_are_never_added(loaded):
    printed = {figure["printed"] for figure in figures_of(fetch_report(loaded)).values()}
    assert not {"1058亿元", "1,058亿元", "858亿元", "248亿元", "1010亿元"} & printed


def test_a_year_without_totals_prints_not_recorded(loaded):
    report = fetch_report(loaded, "2016")
    figures = figures_of(report)
    for channel in ("bureau", "collective", "region"):
        figure = figures[f"total/450000/{channel}/gross_output/2016"]
        assert (figure["printed"], figure["mark"]) == ("未统计", "MARK_NOT_RECORDED")
    assert "0亿元" not in {figure["printed"] for figure in figures.values()}


def test_every_figure_can_be_explained(loaded):
    for key, figure in figures_of(fetch_report(loaded)).items():
        status, _, body = http_get(loaded.http + figure["explainPath"], {"accept": "application/json"})
        assert status == 200, (key, body)


@pytest.mark.parametrize("accept,begins", [("text/markdown", "# "), ("text/html", "<!doctype html>")])
def test_the_report_is_written_in_other_forms(loaded, accept, begins):
    status, headers, body = http_get(f"{loaded.http}/v1/federations/450000/report?year=2013", {"accept": accept})
    assert status == 200 and headers["Content-Type"].startswith(accept)
    text = body.decode()
    assert text.lower().startswith(begins)
    for printed in [*COMPUTED.values(), *YULIN, *STATED_GROWTH.values(), "2 3亿", "未统计", "原文", "计算"]:
        assert printed in text, printed


def test_the_stated_number_of_federations_is_a_stated_figure(loaded):
    figures = figures_of(fetch_report(loaded))
    assert any(figure["printed"] == "82个" and figure["mark"] == "MARK_STATED" for figure in figures.values())


def problem(stack, path, status):
    got, headers, body = http_get(stack.http + path, {"accept": "application/json"})
    assert got == status, body
    assert headers["Content-Type"].startswith("application/problem+json")
    return json.loads(body)


def test_a_year_without_any_record_is_a_report_of_gaps(loaded):
    report = fetch_report(loaded, "1800")
    figures = {key: figure for key, figure in figures_of(report).items() if key.startswith("total/450000/")}
    assert figures and {figure["printed"] for figure in figures.values()} == {"未统计"}


def test_an_unknown_federation_is_named_with_what_exists(loaded):
    found = problem(loaded, "/v1/federations/459999/report?year=2013", 404)
    resource = found["resource"]
    assert (found["code"], resource["type"], resource["name"]) == ("not_found", "federation", "459999")
    assert any(text.startswith("450000 ") for text in resource["available"])


@pytest.mark.parametrize("path,field,value,rule", [
    ("/v1/federations/45000O/report?year=2013", "code", "45000O", "parameter.code"),
    ("/v1/federations/450000/report?year=20l3", "year", "20l3", "parameter.year"),
    ("/v1/federations/450000/report", "year", "", "parameter.required"),
])
def test_a_malformed_parameter_is_named_with_its_rule(loaded, path, field, value, rule):
    [violation] = problem(loaded, path, 400)["violations"]
    assert (violation["path"], violation["value"], violation["rule"]) == (field, value, rule)
    assert violation["messageZh"] and violation["messageEn"]


def test_an_unknown_address_says_where_the_addresses_are(loaded):
    found = problem(loaded, "/v1/nothing", 404)
    assert "/v1/nothing" in found["detail"] and "/v1/openapi.json" in found["detail"]
