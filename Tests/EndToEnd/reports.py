"""What the end-to-end tests need to read a report and to change the records behind it."""

import itertools
import json

from stack import STATISTICS, http_get

_numbers = itertools.count(1)


def request_id():
    return f"end-to-end-{next(_numbers)}"


def fetch_report(stack, year="2013", federation="450000"):
    status, headers, body = http_get(f"{stack.http}/v1/federations/{federation}/report?year={year}",
                                     {"accept": "application/json"})
    assert status == 200, body
    assert headers["Content-Type"].startswith("application/json")
    report = json.loads(body)
    return report.get("report", report)


def figures_of(report):
    """key → the figure as printed, for every figure of the report; a key always prints the same."""
    figures = {}
    for section in report.get("sections", []):
        for paragraph in section.get("paragraphs", []):
            for span in paragraph.get("spans", []):
                figure = span.get("figure")
                if figure:
                    known = figures.setdefault(figure["key"], figure)
                    assert known["printed"] == figure["printed"], f"{figure['key']} prints two values"
    return figures


def text_of(report):
    lines = []
    for section in report.get("sections", []):
        lines.append(section.get("title", ""))
        for paragraph in section.get("paragraphs", []):
            lines.append("".join(span.get("text") or span.get("figure", {}).get("printed", "")
                                 for span in paragraph.get("spans", [])))
    return "\n".join(lines)


def explain(stack, key):
    return stack.ask(STATISTICS, "ExplainFigure", {"key": key, "pageSize": 1000})["explanation"]


def records_behind(stack, key, seen=None):
    """(type, id, indicator) of every record that the figure comes from, directly or through others."""
    seen = set() if seen is None else seen
    if key in seen:
        return set()
    seen.add(key)
    answer = explain(stack, key)
    found = {(record["recordType"], record["recordId"], record.get("indicatorCode", ""))
             for record in answer.get("records", [])}
    for part in answer.get("inputs", []):
        found |= records_behind(stack, part["key"], seen)
    return found


def get_report(stack, identity):
    return stack.ask(STATISTICS, "GetReport", {"id": identity})["report"]


def revise(stack, report, observations, reason="测试修改"):
    changed = dict(report, observations=observations)
    return stack.ask(STATISTICS, "ReviseReport", {"requestId": request_id(), "report": changed, "reason": reason})["report"]


def whole_report(channel, form, period, place, values, sector="", nature="NATURE_ACTUAL"):
    return {"formCode": form, "channelCode": channel, "period": period, "coverage": "COVERAGE_WHOLE",
            "placeCode": place, "sector": sector, "nature": nature,
            "observations": [{"indicatorCode": code, "quantity": {"text": text}} for code, text in values.items()],
            "provenance": {"document": "测试数据", "sentence": "本测试自行记录"}}


def form_of(stack, channel, kind="PERIOD_KIND_YEAR"):
    forms = stack.ask(STATISTICS, "ListForms", {"channelCode": channel})["forms"]
    return next(form["code"] for form in forms if form["periodKind"] == kind)


def submit(stack, report):
    return stack.ask(STATISTICS, "SubmitReport", {"requestId": request_id(), "report": report})
