"""What holds across documents, and what cannot be told: the claims of the reports, with their three answers."""

import pytest
from entries import call, get, records, update
from reports import fetch_report, figures_of, text_of

HOLDS, CONTRADICTED, NOT_TESTABLE = (f"CLAIM_ANSWER_{name}" for name in ("HOLDS", "CONTRADICTED", "NOT_TESTABLE"))

# (year, part of the claim) → answer, recorded and all periods.
ANSWERS = {
    ("2016", "国家级奖项数再创新高"): (NOT_TESTABLE, 2, 4),  # 109 of 2013, 206 of 2016, nothing between
    ("2016", "历年最多"): (NOT_TESTABLE, 2, 4),  # 16 and 21
    ("2016", "连续五届"): (NOT_TESTABLE, 3, 5),  # the 2nd, 3rd and 6th of the 2nd to the 6th
    ("2013", "十分之一"): (HOLDS, 2, 2),  # 60 of 600
    ("2016", "十分之一"): (HOLDS, 2, 2),  # 30 of 300
    ("2016", "历届第二位"): (NOT_TESTABLE, 1, 6),
    ("2013", "总数等于各等级之和"): (HOLDS, 5, 5),  # 109 = 12 + 23 + 27 + 47
    ("2016", "总数等于各等级之和"): (HOLDS, 5, 5),  # 206 = 25 + 36 + 53 + 92
    ("2013", "不超过全区"): (NOT_TESTABLE, 1, 2),  # 14亿 of 8亿多 waits in quarantine
}


def claims(report):
    return [paragraph["claim"] for section in report["sections"] for paragraph in section.get("paragraphs", [])
            if "claim" in paragraph]


def claim(report, words):
    [found] = [item for item in claims(report) if words in item["text"]]
    return found


@pytest.mark.parametrize("year,words", ANSWERS)
def test_a_claim_has_its_answer(loaded, year, words):
    found = claim(fetch_report(loaded, year), words)
    answer = (found["answer"], found.get("recordedPeriods", 0), found.get("allPeriods", 0))
    assert answer == ANSWERS[year, words]
    assert bool(found.get("reasonZh")) == (found["answer"] != HOLDS)


def test_every_claim_is_looked_at_here(loaded):
    for year in ("2013", "2016"):
        for found in claims(fetch_report(loaded, year)):
            known = any(words in found["text"] for asked, words in ANSWERS if asked == year)
            assert known or found["answer"] == NOT_TESTABLE, found["text"]


def change(stack, key, field, text, unit):
    service = key.split("/")[0]
    [(_, identity)] = records(stack, key)
    update(stack, service, get(stack, service, identity), field, {"text": text, "unit": unit})


def test_a_record_can_decide_against_a_claim(fresh):
    """More masters in an earlier year: no record, whatever the years between were."""
    change(fresh, "talent/grant_tally/people/450000/2013?title=senior-craft-artist", "people", "30", "人")
    found = claim(fetch_report(fresh, "2016"), "历年最多")
    assert found["answer"] == CONTRADICTED and found["reasonZh"]


def test_a_sum_that_fails_is_contradicted_and_what_is_doubtful_supports_nothing(fresh):
    change(fresh, "exhibitions/award_tally/awards/450000/2013?level=national&grade=gold", "awards", "250", "个")
    assert claim(fetch_report(fresh, "2013"), "总数等于各等级之和")["answer"] == CONTRADICTED
    # The grades of 2013 alone are more than 206 by now, whatever their total was.
    found = claim(fetch_report(fresh, "2016"), "再创新高")
    assert (found["answer"], found["recordedPeriods"]) == (CONTRADICTED, 1)


def test_a_ratio_that_fails_is_contradicted(fresh):
    change(fresh, "exhibitions/promotion/commended/450000/2013", "commended", "61", "件")
    assert claim(fetch_report(fresh, "2013"), "十分之一")["answer"] == CONTRADICTED


def test_a_total_that_differs_from_its_grades_is_quarantined_with_both(fresh):
    change(fresh, "exhibitions/award_tally/awards/450000/2013?level=national&grade=gold", "awards", "13", "个")
    [item] = call(fresh, "exhibitions", "QuarantineService/ListQuarantineItems",
                  {"state": "QUARANTINE_STATE_OPEN", "recordType": "award_tally"})["items"]
    assert item["rule"] == "total_differs" and item["printedText"] == "109个"
    assert {candidate["quantity"]["text"] for candidate in item["candidates"]} == {"109", "110"}
    report = fetch_report(fresh, "2013")
    assert figures_of(report)["exhibitions/award_tally/awards/450000/2013?level=national"]["printed"] == "110个"
    assert "109个" in text_of(report)


def test_the_part_that_exceeds_its_whole_is_quarantined_and_listed(loaded):
    [item] = call(loaded, "registry", "QuarantineService/ListQuarantineItems", {"state": "QUARANTINE_STATE_OPEN"})["items"]
    assert (item["recordType"], item["field"], item["printedText"]) == ("restructuring_tally", "debts_relieved", "14亿元")
    assert "1.4亿" in [candidate["quantity"]["text"] for candidate in item["candidates"]]
    for year in ("2013", "2016"):
        assert "14亿元" in text_of(fetch_report(loaded, year))


def test_a_clerk_settles_it_and_the_claim_holds(fresh):
    [item] = call(fresh, "registry", "QuarantineService/ListQuarantineItems", {"state": "QUARANTINE_STATE_OPEN"})["items"]
    number = [candidate["quantity"]["text"] for candidate in item["candidates"]].index("1.4亿") + 1
    call(fresh, "registry", "QuarantineService/ResolveQuarantineItem",
         {"requestId": "settle", "id": item["id"], "etag": item["etag"], "decision": "QUARANTINE_STATE_ACCEPTED",
          "candidateNumber": number, "reason": "测试：查原件，漏印小数点"})
    report = fetch_report(fresh, "2013")
    assert claim(report, "不超过全区")["answer"] == HOLDS
    assert figures_of(report)["registry/restructuring_tally/debts_relieved/450400/..2006"]["printed"] == "1.4亿元"


def test_stock_and_named_regions_are_kept_apart(loaded):
    """X-05: 4 and 9 are a stock, 2 named in 2013 and 2 in 2016 are events; none is computed from another."""
    of_2013, of_2016 = (figures_of(fetch_report(loaded, year)) for year in ("2013", "2016"))
    stock = "registry/region_stock/regions/450000/2013?level={}"
    named = "registry/region_event/entries/450000/{}?event=named&level=provincial"
    assert [of_2013[stock.format(level)]["printed"] for level in ("national", "provincial")] == ["4个", "9个"]
    assert (of_2013[named.format(2013)]["printed"], of_2016[named.format(2016)]["printed"]) == ("2个", "2个")
    assert "registry/region_stock/regions/450000/2016?level=provincial" not in of_2016


def test_targets_without_totals_cannot_be_judged(loaded):
    """X-06, X-09: 100亿 by 2010 and the targets of 2014 have no total to be measured by."""
    report = text_of(fetch_report(loaded, "2016"))
    assert report.count("实际数未统计，是否达到不能断定") == 4
    for year, channel in (("2010", "region"), ("2014", "bureau"), ("2014", "collective"), ("2014", "region")):
        figure = loaded.ask("lianshe.statistics.v1.StatisticsService", "GetFigure",
                            {"key": f"total/450000/{channel}/gross_output/{year}"})["figure"]
        assert figure["mark"] == "FIGURE_MARK_NOT_RECORDED"


def test_schemes_of_two_years_are_not_ranked(loaded):
    """X-08: ten indicators and eight; no report compares the years' rankings."""
    for year in ("2013", "2016"):
        assert "排名" not in text_of(fetch_report(loaded, year))


def test_loading_everything_twice_changes_nothing(fresh):
    """X-10: documents that are printed twice, and files that are loaded twice."""
    before = {year: figures_of(fetch_report(fresh, year)) for year in ("2013", "2016")}
    fresh.run("demo", "load")
    for year, figures in before.items():
        again = figures_of(fetch_report(fresh, year))
        assert {key: figure["printed"] for key, figure in again.items()} == \
            {key: figure["printed"] for key, figure in figures.items()}


def test_training_numbers_of_different_units_are_never_added(loaded):
    """634 person-times, 4119 qualified, 187 and 185 people: 5125 is nobody's number."""
    report = fetch_report(loaded, "2013")
    printed = {figure["printed"] for figure in figures_of(report).values()}
    assert {"634人次", "4119人", "187人", "185人"} <= printed
    assert "5125" not in text_of(report)
    # Not even the people of two trainings: one may have been in both.
    figure = call(loaded, "talent", "FigureService/GetFigure", {"key": "talent/training/people/450000/2013"})["figure"]
    assert figure["mark"] == "FIGURE_MARK_NOT_RECORDED" and any("不能相加" in note for note in figure["notes"])
