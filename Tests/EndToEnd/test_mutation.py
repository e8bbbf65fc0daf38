"""Every computed figure comes from its records: change one, and exactly what depends on it changes."""

import json

import pytest
from reports import (explain, fetch_report, figures_of, form_of, get_report, records_behind, request_id, revise, submit,
                     whole_report)
from stack import REGISTRY, REGISTRY_STATED, STATISTICS, http_get

# The rows that leave the report with their record, where the others stay and print 未统计, and why.
# The report of 2013 shows a row of another year, or of another place, only because something is
# recorded or stated there; without its record there is nothing to show, not even a gap.
LEAVING = {
    "target/450000/bureau/gross_output/2014": "the row of a target is the target",
    "target/450000/collective/gross_output/2014": "the row of a target is the target",
    "target/450000/region/gross_output/2014": "the row of a target is the target",
    "total/450000/industry/gross_output/2006?nature=expected": "another year, shown by its record alone",
    "total/450900/industry/enterprise_count/2014?sector=工艺美术&nature=expected": "another place, shown by its record alone",
    "total/450900/industry/employee_count/2014?sector=工艺美术&nature=expected": "another place, shown by its record alone",
}

NOT_RECORDED = ("未统计", "MARK_NOT_RECORDED")


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
    left = set()
    for (kind, identity, indicator), keys in sorted(dependents.items()):
        if kind == "report":
            left |= change_observation(fresh, before, identity, indicator, keys)
        elif kind == "target":
            left |= change_target(fresh, before, identity, keys)
        else:
            raise AssertionError(f"a computed figure rests on a {kind}: {keys}")
    assert left == LEAVING.keys()


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
    # Deleted: the figure is no zero, it is not recorded.
    rest = [item for item in observations if item["indicatorCode"] != indicator]
    if rest:
        gone = revise(stack, restored, rest)
        left = gone_from_report(stack, before, keys)
        revise(stack, gone, observations)
    else:
        stack.ask(STATISTICS, "WithdrawReport", {"requestId": request_id(), "id": identity, "etag": restored["etag"],
                                                 "reason": "测试撤回"})
        left = gone_from_report(stack, before, keys)
        again = {key: value for key, value in original.items()
                 if key not in ("id", "etag", "revision", "state", "createTime", "updateTime", "recordedBy")}
        submit(stack, again)
    assert difference(before, printed(fetch_report(stack))) == set()
    return left


def full_text(quantity):
    text = quantity["text"]
    unit = quantity["unit"]
    return text if text.endswith(unit) else text + ("" if text.endswith(("元", "家", "人", "%", "个")) else unit[-1])


def gone_from_report(stack, before, keys):
    """Their record is deleted: every one of the keys is not recorded, in the answer of statistics and in the
    report, and nothing else moved. Gives the keys whose rows left the report."""
    after = printed(fetch_report(stack))
    for key in keys:
        figure = stack.ask(STATISTICS, "GetFigure", {"key": key})["figure"]
        assert (figure["printed"], figure["mark"]) == ("未统计", "FIGURE_MARK_NOT_RECORDED"), figure
        assert after.get(key, NOT_RECORDED) == NOT_RECORDED, (key, after[key])
    assert difference(before, after) == keys
    return keys - after.keys()


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
    left = gone_from_report(stack, before, keys)
    again = {key: value for key, value in original.items() if key not in ("id", "etag", "revision", "createTime")}
    stack.ask(STATISTICS, "CreateTarget", {"requestId": request_id(), "target": again})
    assert difference(before, printed(fetch_report(stack))) == set()
    return left


COUNT = "registry/federations/450000/{}/2013"
LEVELS = {"FEDERATION_LEVEL_PROVINCE": "province", "FEDERATION_LEVEL_CITY": "city", "FEDERATION_LEVEL_COUNTY": "county"}


def federations(stack):
    found, token = [], ""
    while True:
        page = stack.ask(REGISTRY, "ListFederations", {"pageSize": 1000, "pageToken": token})
        found += page["federations"]
        token = page.get("nextPageToken")
        if not token:
            return found


def update_federation(stack, federation, **fields):
    names = {"validTo": "valid_to"}
    return stack.ask(REGISTRY, "UpdateFederation", {
        "requestId": request_id(), "federation": {**federation, **fields},
        "updateMask": [names.get(field, field) for field in fields]})["federation"]


def number(figure):
    return int(figure[0].removesuffix("个"))


def test_a_count_of_the_register_follows_the_register(fresh):
    """A federation more, a federation less: exactly the count of all and that of its level move by one."""
    report = fetch_report(fresh)
    before = printed(report)
    counts = {COUNT.format(scope) for scope in ("all", *LEVELS.values())}
    assert {key for key, figure in figures_of(report).items()
            if key.startswith("registry/federations/") and figure["mark"] == "MARK_COMPUTED"} == counts
    entered = fresh.ask(REGISTRY, "CreateFederation", {"requestId": request_id(), "federation": {
        "code": "450205", "name": "示例区二轻联社（测试）", "level": "FEDERATION_LEVEL_COUNTY", "placeCode": "450205",
        "parentCode": "450200", "validFrom": "2000"}})["federation"]
    assert_counts(fresh, before, entered, +1)
    # The register forgets nothing: what has ended before the end of the year is not counted for it.
    ended = update_federation(fresh, entered, validTo="2013-06-01")
    assert difference(before, printed(fetch_report(fresh))) == set()
    assert "450205" not in named_by(fresh, COUNT.format("all"))
    update_federation(fresh, ended, validTo="2014-06-01")
    assert_counts(fresh, before, entered, +1)


def test_every_count_of_the_register_loses_the_federation_that_ends(fresh):
    before = printed(fetch_report(fresh))
    known = federations(fresh)
    parents = {federation.get("parentCode") for federation in known}
    assert {federation["code"] for federation in known} == named_by(fresh, COUNT.format("all"))
    for level in ("FEDERATION_LEVEL_CITY", "FEDERATION_LEVEL_COUNTY"):
        leaves = [federation for federation in known if federation["level"] == level and federation["code"] not in parents]
        for federation in leaves[:2]:
            ended = update_federation(fresh, federation, validTo="2013-06-01")
            assert_counts(fresh, before, federation, -1)
            assert federation["code"] not in named_by(fresh, COUNT.format("all"))
            update_federation(fresh, ended, validTo="")
            assert difference(before, printed(fetch_report(fresh))) == set()
    # The one of the province cannot end while others stand under it, so its count has nothing to lose.
    root = next(federation for federation in known if federation["level"] == "FEDERATION_LEVEL_PROVINCE")
    status, answer = fresh.call(REGISTRY, "UpdateFederation", {
        "requestId": request_id(), "federation": dict(root, validTo="2013-06-01"), "updateMask": ["valid_to"]})
    assert (status, answer["code"]) == (400, "invalid_argument") and "federation.child" in answer["message"]


def test_a_funding_that_is_taken_back_is_not_recorded(fresh):
    before = printed(fetch_report(fresh))
    key = COUNT.format("fiscal")
    assert before[key] == NOT_RECORDED
    county = next(item for item in federations(fresh) if item["level"] == "FEDERATION_LEVEL_COUNTY")
    entered = update_federation(fresh, county, funding="FUNDING_KIND_FISCAL")
    after = printed(fetch_report(fresh))
    assert difference(before, after) == {key} and after[key] == ("1个", "MARK_COMPUTED")
    assert named_by(fresh, key) == {county["code"]}
    update_federation(fresh, entered, funding="FUNDING_KIND_UNSPECIFIED")
    assert difference(before, printed(fetch_report(fresh))) == set()


def test_a_stated_figure_of_the_register_leaves_with_its_record(fresh):
    before = printed(fetch_report(fresh))
    stated = fresh.ask(REGISTRY_STATED, "GetStatedFigure", {"code": "gx-2006-federations"})["statedFigure"]
    fresh.ask(REGISTRY_STATED, "DeleteStatedFigure", {"requestId": request_id(), "code": stated["code"], "etag": stated["etag"]})
    after = printed(fetch_report(fresh))
    key = "registry/stated/gx-2006-federations"
    assert difference(before, after) == {key} and key not in after
    again = {name: value for name, value in stated.items() if name not in ("id", "etag", "revision", "createTime")}
    fresh.ask(REGISTRY_STATED, "CreateStatedFigure", {"requestId": request_id(), "statedFigure": again})
    assert difference(before, printed(fetch_report(fresh))) == set()


def assert_counts(stack, before, federation, by):
    after = printed(fetch_report(stack))
    keys = {COUNT.format("all"), COUNT.format(LEVELS[federation["level"]])}
    assert difference(before, after) == keys
    for key in keys:
        assert number(after[key]) == number(before[key]) + by
        assert (federation["code"] in named_by(stack, key)) == (by > 0)


def named_by(stack, key):
    """The records that the gateway names behind a figure of the register."""
    status, _, body = http_get(f"{stack.http}/v1/figures/explain?key={key}", {"accept": "application/json"})
    assert status == 200, body
    return {record["recordId"] for record in json.loads(body).get("records", [])}


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
