"""Every computed figure comes from its records: change one, and exactly what depends on it changes."""

import json

import pytest
from reports import (explain, fetch_report, figures_of, form_of, get_report, records_behind, request_id, revise, submit,
                     whole_report)
from stack import REGISTRY, STATISTICS


def statistics_figures(report):
    return {key: figure for key, figure in figures_of(report).items() if figure["service"] == "statistics"}


def printed(report):
    return {key: (figure["printed"], figure["mark"]) for key, figure in figures_of(report).items()}


def difference(before, after):
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def changed_text(text):
    """Another value of the same form, near enough to stay plausible: the last digit moves by one."""
    for index in reversed(range(len(text))):
        if text[index].isdigit():
            digit = int(text[index])
            return text[:index] + str(digit - 1 if digit == 9 else digit + 1) + text[index + 1:]
    raise AssertionError(f"{text} has no digit")


def records_of(stack, report):
    """record → the figures that depend on it."""
    dependents = {}
    for key, figure in statistics_figures(report).items():
        if figure["mark"] != "MARK_COMPUTED":
            continue
        records = records_behind(stack, key)
        assert records, f"{key} is computed from nothing"
        for record in records:
            dependents.setdefault(record, set()).add(key)
    return dependents


def test_changing_and_deleting_a_record_moves_exactly_its_figures(fresh):
    report = fetch_report(fresh)
    before = printed(report)
    dependents = records_of(fresh, report)
    covered = set().union(*dependents.values())
    computed = {key for key, figure in statistics_figures(report).items() if figure["mark"] == "MARK_COMPUTED"}
    assert covered == computed and len(computed) >= 10
    for (kind, identity, indicator), keys in sorted(dependents.items()):
        if kind == "report":
            change_observation(fresh, before, identity, indicator, keys)
        elif kind == "target":
            change_target(fresh, before, identity, keys)
        else:
            raise AssertionError(f"a computed figure rests on a {kind}: {keys}")


def change_observation(stack, before, identity, indicator, keys):
    original = get_report(stack, identity)
    observations = original["observations"]
    changed = [dict(item, quantity={"text": changed_text(full_text(item["quantity"]))})
               if item["indicatorCode"] == indicator else item for item in observations]
    revised = revise(stack, original, changed)
    moved = difference(before, printed(fetch_report(stack)))
    assert moved == keys, f"{identity} {indicator}: changed {moved ^ keys} too much or too little"
    for key in keys:
        assert identity in json.dumps(explain_closure(stack, key)), f"{key} does not name its record"
    restored = revise(stack, revised, observations)
    assert difference(before, printed(fetch_report(stack))) == set()
    # Deleted: the figure is no zero, it is not recorded.
    rest = [item for item in observations if item["indicatorCode"] != indicator]
    if rest:
        gone = revise(stack, restored, rest)
        after = printed(fetch_report(stack))
        assert_not_recorded(before, after, keys)
        revise(stack, gone, observations)
    else:
        stack.ask(STATISTICS, "WithdrawReport", {"requestId": request_id(), "id": identity, "etag": restored["etag"],
                                                 "reason": "测试撤回"})
        after = printed(fetch_report(stack))
        assert_not_recorded(before, after, keys)
        again = {key: value for key, value in original.items()
                 if key not in ("id", "etag", "revision", "state", "createTime", "updateTime", "recordedBy")}
        submit(stack, again)
    assert difference(before, printed(fetch_report(stack))) == set()


def full_text(quantity):
    text = quantity["text"]
    unit = quantity["unit"]
    return text if text.endswith(unit) else text + ("" if text.endswith(("元", "家", "人", "%", "个")) else unit[-1])


def assert_not_recorded(before, after, keys):
    """A figure that lost its only record says so; a sum that lost a part may only have changed."""
    for key in keys:
        assert key not in after or after[key] == ("未统计", "MARK_NOT_RECORDED"), (key, after[key])
    assert difference(before, after) - keys == set()


def explain_closure(stack, key):
    answer = explain(stack, key)
    return [answer, *[explain_closure(stack, part["key"]) for part in answer.get("inputs", [])]]


def change_target(stack, before, identity, keys):
    target = stack.ask(STATISTICS, "GetTarget", {"id": identity})["target"]
    original = dict(target)
    text = target["quantity"]["text"]
    changed = dict(target, quantity={"text": changed_text(text), "unit": target["quantity"]["unit"]})
    updated = stack.ask(STATISTICS, "UpdateTarget", {"requestId": request_id(), "target": changed})["target"]
    assert difference(before, printed(fetch_report(stack))) == keys
    stack.ask(STATISTICS, "DeleteTarget", {"requestId": request_id(), "id": identity, "etag": updated["etag"]})
    assert_not_recorded(before, printed(fetch_report(stack)), keys)
    again = {key: value for key, value in original.items() if key not in ("id", "etag", "revision", "createTime")}
    stack.ask(STATISTICS, "CreateTarget", {"requestId": request_id(), "target": again})
    assert difference(before, printed(fetch_report(stack))) == set()


def test_a_count_of_the_register_follows_the_register(fresh):
    before = printed(fetch_report(fresh))
    registry = {key for key, figure in figures_of(fetch_report(fresh)).items()
                if figure["service"] == "registry" and figure["mark"] == "MARK_COMPUTED"}
    assert registry
    fresh.ask(REGISTRY, "CreateFederation", {"requestId": request_id(), "federation": {
        "code": "450205", "name": "示例区二轻联社（测试）", "level": "FEDERATION_LEVEL_COUNTY", "placeCode": "450205",
        "parentCode": "450200", "validFrom": "2000"}})
    moved = difference(before, printed(fetch_report(fresh)))
    assert moved and moved <= registry


@pytest.mark.parametrize("channel,base,growth,differs", [
    ("bureau", "750亿元", "8.0%", False),
    ("collective", "40亿元", "20.0%", True),
    ("region", "165.29亿元", "21.0%", False),
])
def test_a_recorded_base_makes_the_growth_computed(fresh, channel, base, growth, differs):
    key = f"growth/450000/{channel}/gross_output/2013"
    before = printed(fetch_report(fresh))
    submit(fresh, whole_report(channel, form_of(fresh, channel), "2012", "450000", {"gross_output": base}))
    report = fetch_report(fresh)
    after = printed(report)
    assert after[key] == (growth, "MARK_COMPUTED")
    assert key in difference(before, after)
    listed = fresh.ask(STATISTICS, "ListDifferences", {"placeCode": "450000", "period": "2013"}).get("differences", [])
    assert any(item["computed"]["key"] == key for item in listed) == differs
