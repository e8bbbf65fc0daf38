"""Bad input is refused whole, with every error at once; doubtful input is kept apart; nothing is guessed."""

import json
import re
import subprocess

import pytest
from reports import fetch_report, figures_of
from stack import REGISTRY, ROOT, STATISTICS, binary

DEMO = ROOT / "deploy" / "demo" / "guangxi"
HEADER = "渠道,期别,口径,地区,指标,数值,出处文件"


def reports_file(folder, *rows, name="reports.csv", trailer=None, encoding="utf-8"):
    path = folder / name
    lines = [HEADER, *rows]
    if trailer is not None:
        lines.append(f"#结束,{trailer}")
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def run_import(stack, path, *options, check=False):
    return stack.run("import", str(path), "--kind", "statistics/reports", *options, check=check)


def total(stack, channel, period, place="450000", indicator="gross_output"):
    return stack.ask(STATISTICS, "GetFigure", {"key": f"total/{place}/{channel}/{indicator}/{period}"})["figure"]["printed"]


def test_three_bad_rows_import_nothing_and_are_all_named(fresh, tmp_path):
    path = reports_file(
        tmp_path,
        "统计局规上,2009,整体,450000,工业总产值,300亿元,测试",
        "统计局规上,20l0,整体,450000,工业总产值,400亿元,测试",
        "统计局规上,2011,整体,459999,工业总产值,500亿元,测试",
        "统计局规上,2012,整体,450000,工业总产直,600亿元,测试")
    done = run_import(fresh, path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "3 处错误" in done.stderr
    errors = re.findall(r"^  第 (\d+) 行，(.+?)：“(.*?)” (.+) \[(\S+)\]$", done.stderr, re.M)
    assert [error[:3] + error[4:] for error in errors] == [
        ("3", "期别", "20l0", "period.format"),
        ("4", "地区", "459999", "place.unknown"),
        ("5", "指标", "工业总产直", "report.indicator"),
    ], done.stderr
    for part, (*_, reason, _) in zip(("2013-05", "459999", "出口交货值"), errors):
        assert part in reason  # what would be right, or what exists
    for year in ("2009", "2010", "2011", "2012"):
        assert total(fresh, "bureau", year) == "未统计"


def test_a_dry_run_gives_the_answer_of_the_run_and_stores_nothing(fresh, tmp_path):
    path = reports_file(tmp_path, "统计局规上,2009,整体,450000,工业总产值,300亿元,测试")
    dry = run_import(fresh, path, "--dry-run", "--json", check=True)
    assert total(fresh, "bureau", "2009") == "未统计"
    run = run_import(fresh, path, "--json", check=True)
    assert total(fresh, "bureau", "2009") == "300"
    counts = [{key: json.loads(done.stdout.splitlines()[0]).get(key) for key in
               ("insertedCount", "revisedCount", "unchangedCount", "quarantinedCount", "rowCount")} for done in (dry, run)]
    assert counts[0] == counts[1]


def test_the_same_file_twice_is_nothing_new(fresh):
    before = figures_of(fetch_report(fresh))
    names = [entry["file"] for entry in json.loads((DEMO / "manifest.json").read_text())["files"]]
    files = {path.name for path in DEMO.iterdir()} - {"manifest.json", "README.md"}
    assert len(names) > 40 and set(names) == files
    again = fresh.run("demo", "load")
    assert sorted(again.stdout.splitlines()) == sorted(f"{name}：没有新内容" for name in names)
    assert figures_of(fetch_report(fresh)) == before


def test_a_corrected_file_makes_revisions(fresh, tmp_path):
    run_import(fresh, reports_file(tmp_path, "统计局规上,2009,整体,450000,工业总产值,300亿元,测试"), check=True)
    done = run_import(fresh, reports_file(tmp_path, "统计局规上,2009,整体,450000,工业总产值,310亿元,测试"), "--json", check=True)
    assert int(json.loads(done.stdout.splitlines()[0])["revisedCount"]) == 1
    assert total(fresh, "bureau", "2009") == "310"


def whole_file(folder, trailer):
    return reports_file(folder, *(f"统计局规上,{year},整体,450000,工业总产值,{year}亿元,测试" for year in range(2007, 2012)),
                        trailer=trailer).read_bytes()


@pytest.mark.parametrize("cut", ["in a row", "in a character", "in the last row", "rows missing", "no newline"])
def test_a_file_cut_in_the_middle_is_refused(fresh, tmp_path, cut):
    whole = whole_file(tmp_path, trailer=5)
    rows = whole.splitlines(keepends=True)
    content = {"in a row": b"".join(rows[:3]) + rows[3][:20],
               "in a character": b"".join(rows[:6])[:-3],
               "in the last row": b"".join(rows[:6])[:-8],
               "rows missing": b"".join(rows[:3] + rows[-1:]),  # the end line tells
               "no newline": whole[:-1]}[cut]
    path = tmp_path / "cut.csv"
    path.write_bytes(content)
    done = run_import(fresh, path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert ("损坏的字节" if cut == "in a character" else "截断") in done.stderr
    assert total(fresh, "bureau", "2007") == "未统计"


def test_a_file_cut_between_two_rows_is_said_to_have_no_end(fresh, tmp_path):
    """Nothing in it tells that it was longer; what is missing is the end line."""
    path = tmp_path / "cut.csv"
    path.write_bytes(b"".join(whole_file(tmp_path, trailer=5).splitlines(keepends=True)[:3]))
    done = run_import(fresh, path, "--dry-run", check=True)
    assert "#结束" in done.stderr and "无法判断" in done.stderr
    path.write_bytes(whole_file(tmp_path, trailer=5))
    assert "无法判断" not in run_import(fresh, path, check=True).stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(fresh, tmp_path, encoding):
    run_import(fresh, reports_file(tmp_path, "统计局规上,２００９,整体,450000,工业总产值,300亿元,测试", encoding=encoding), check=True)
    assert total(fresh, "bureau", "2009") == "300"


def test_a_letter_for_a_digit_in_a_count_is_refused(fresh, tmp_path):
    done = run_import(fresh, reports_file(tmp_path, "统计局规上,2009,整体,450000,企业数,2l家,测试"))
    assert done.returncode == 2 and "2l家" in done.stdout + done.stderr


def test_a_clerk_decides_about_quarantine(fresh):
    items = fresh.ask(STATISTICS, "ListQuarantineItems", {"period": "2006", "state": "QUARANTINE_STATE_OPEN"})["items"]
    item = next(item for item in items if item["printedText"] == "2 3亿")
    wanted = next(number for number, candidate in enumerate(item["candidates"], start=1) if candidate["quantity"]["text"] == "23亿")
    assert total(fresh, "collective", "2006") == "未统计"
    fresh.run("quarantine", "resolve", item["id"], "--accept", str(wanted), "--reason", "已向原编制单位核对原件，为23亿元")
    assert total(fresh, "collective", "2006") == "23"
    done = fresh.run("quarantine", "resolve", item["id"], "--reject", "--reason", "再次处理", check=False)
    assert done.returncode != 0


def test_outside_the_subtree_nothing_is_written(fresh):
    token = fresh.issue_token(organisation="450900", roles="statistician", subject="yulin")
    mine, fresh.token = fresh.token, token
    body = {"requestId": "x1", "report": {
        "formCode": "", "channelCode": "industry", "period": "2015", "coverage": "COVERAGE_WHOLE", "placeCode": "450000",
        "nature": "NATURE_ACTUAL", "observations": [{"indicatorCode": "gross_output", "quantity": {"text": "1亿元"}}]}}
    status, answer = fresh.call(STATISTICS, "SubmitReport", body)
    assert (status, answer["code"]) == (403, "permission_denied")
    body["requestId"], body["report"]["placeCode"] = "x2", "450900"
    status, answer = fresh.call(STATISTICS, "SubmitReport", body)
    assert status == 200, answer
    fresh.token = mine


@pytest.mark.parametrize("token", ["garbage", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "."])
def test_a_bad_token_is_unauthenticated(loaded, token):
    done = subprocess.run(["curl", "-sS", "--http2-prior-knowledge", "-w", "\n%{http_code}", "-H",
                           "content-type: application/json", "-H", f"authorization: Bearer {token}", "-d", "{}",
                           f"{loaded.channel('statistics')}/{STATISTICS}/SubmitReport"], capture_output=True, text=True)
    assert done.stdout.endswith("401")


def test_the_same_request_id_has_one_effect(fresh):
    body = {"requestId": "same", "enterprise": {"name": "示例一次厂", "placeCode": "450102"}}
    first = fresh.ask(REGISTRY, "CreateEnterprise", body)
    assert fresh.ask(REGISTRY, "CreateEnterprise", body) == first
    body["enterprise"]["name"] = "示例二次厂"
    status, answer = fresh.call(REGISTRY, "CreateEnterprise", body)
    assert status == 409, answer


@pytest.mark.parametrize("arguments,code,part", [
    (["report", "annual", "--federation", "459999", "--year", "2013"], 3, "459999"),
    (["explain", "total/450000/nochannel/gross_output/2013"], 3, "bureau"),
    (["explain", "nonsense"], 2, "nonsense"),
    (["call", "lianshe.registry.v1.RegistryService/GetPlace", "-d", "{\"code\":"], 2, ""),
    (["import", "no-such-file.csv"], 2, "no-such-file.csv"),
])
def test_the_tool_says_what_is_wrong(loaded, arguments, code, part):
    done = loaded.run(*arguments, check=False)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert part in done.stdout + done.stderr


def test_an_unreachable_service_is_one_clear_line(loaded):
    environment = loaded.environment()
    environment["LIANSHE_GATEWAY_URL"] = "http://127.0.0.1:9"
    done = subprocess.run([binary("lianshe"), "report", "annual", "--federation", "450000", "--year", "2013"],
                          env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) <= 3 and "127.0.0.1:9" in done.stderr
