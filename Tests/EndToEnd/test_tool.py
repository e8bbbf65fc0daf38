"""The command-line tool against the running system."""

import csv
import itertools
import json

import pytest
from reports import fetch_report, figures_of
from stack import REGISTRY, STATISTICS, http_get


@pytest.mark.parametrize("form,begins", [("markdown", "# "), ("html", "<!DOCTYPE html>"), ("json", "{")])
def test_the_annual_report_in_three_forms(loaded, form, begins):
    done = loaded.run("report", "annual", "--federation", "450000", "--year", "2013", "--format", form)
    assert done.stdout.lower().startswith(begins.lower())
    assert "810" in done.stdout and "891.0" in done.stdout


def test_explain_names_the_record(loaded):
    done = loaded.run("explain", "target/450000/bureau/gross_output/2014")
    for part in ("891.0", "810", "10%", "广西联社2013年工作情况和2014年工作要点"):
        assert part in done.stdout, done.stdout


def test_explain_names_the_records_of_every_figure_of_the_report(loaded):
    """In the words of the tool: the value as printed, and each record with its document and its sentence."""
    figures = figures_of(fetch_report(loaded))
    assert len(figures) > 50
    for key, figure in figures.items():
        said = loaded.run("explain", key).stdout
        assert figure["printed"] in said, said
        status, _, body = http_get(loaded.http + figure["explainPath"], {"accept": "application/json"})
        assert status == 200, body
        records = json.loads(body).get("records", [])
        assert records or figure["mark"] == "MARK_NOT_RECORDED", key
        for record in records:
            assert record["recordId"] in said, (key, record["recordId"])
            provenance = record["provenance"]
            assert provenance["document"] in said and provenance["sentence"] in said, (key, record, said)
            # A federation is changed part by part, by many.
            assert record["recordType"] == "federation" or record["recordedBy"] == "tester", record


def test_call_speaks_json(loaded):
    done = loaded.run("call", f"{REGISTRY}/GetPlace", "-d", '{"code": "450381"}')
    assert json.loads(done.stdout)["place"]["name"] == "荔浦市"
    before = loaded.run("call", f"{REGISTRY}/GetPlace", "-d", '{"code": "450331", "onDate": "2013-12-31"}')
    assert json.loads(before.stdout)["place"]["name"] == "荔浦县"


def test_quarantine_is_listed_with_candidates(loaded):
    done = loaded.run("quarantine", "list")
    for part in ("2 3亿", "22亿", "23亿", "2.3亿", "2.2亿"):
        assert part in done.stdout, done.stdout


def kinds(stack):
    return [line.split()[0] for line in stack.run("template").stdout.splitlines() if line.strip()]


def test_every_template_can_be_imported_as_it_is(fresh, tmp_path):
    names = kinds(fresh)
    assert len(names) >= 8
    for kind in names:
        path = tmp_path / f"{kind.replace('/', '-')}.csv"
        fresh.run("template", kind, "--output", path)
        assert "没有新内容" in fresh.run("import", path, "--kind", kind).stdout, kind


def test_a_template_with_one_row_is_imported(fresh, tmp_path):
    text = fresh.run("template", "statistics/reports").stdout
    header = next(csv.reader([text.splitlines()[-1]]))
    row = {"渠道": "统计局规上", "期别": "2009", "口径": "整体", "地区": "450000", "指标": "工业总产值", "数值": "300亿元"}
    assert row.keys() <= set(header)
    path = tmp_path / "表.csv"
    path.write_text(text + ",".join(row.get(name, "") for name in header) + "\n#结束,1\n")
    done = fresh.run("import", path, "--kind", "statistics/reports")
    assert "1 行，新增 1" in done.stdout and "无法判断" not in done.stderr
    figure = fresh.ask(STATISTICS, "GetFigure", {"key": "total/450000/bureau/gross_output/2009"})["figure"]
    assert figure["printed"] == "300"


def test_an_import_is_shown_and_taken_back_once(fresh, tmp_path):
    path = tmp_path / "reports.csv"
    path.write_text("渠道,期别,口径,地区,指标,数值\n统计局规上,2009,整体,450000,工业总产值,300亿元\n#结束,1\n")
    ended = fresh.run("import", path, "--json")
    found = json.loads(ended.stdout)["id"]
    shown = fresh.run("import", "show", found).stdout
    assert "已入库" in shown and "北京时间" in shown and "import revert" in shown, shown
    assert "已撤回" in fresh.run("import", "revert", found, "--reason", "误导入").stdout
    assert "已撤回" in fresh.run("import", "show", found).stdout
    again = fresh.run("import", "revert", found, "--reason", "误导入", check=False)
    assert again.returncode == 5 and "这次导入已经撤回" in again.stderr, again.stderr
    assert fresh.run("import", "show", "nope", check=False).returncode == 3
    assert fresh.run("import", "revert", found, check=False).returncode == 2
    # The second time it is stored with a receipt, by which it can be taken back.
    stored = fresh.run("import", path)
    assert "lianshe import revert " in stored.stderr, stored.stderr


GROUPS = {"report": ["annual", "publish", "publications", "changes", "template", "narrative"],
          "entries": ["kinds", "list", "show"], "quarantine": ["list", "show", "resolve"], "demo": ["load"],
          "token": ["keygen", "issue", "show", "retire"]}
COMMANDS = [[command] for command in ("import", "template", "explain", "call", "services")] + [
    ["import", "show"], ["import", "revert"]] + [
    [group, command] for group, commands in GROUPS.items() for command in commands]


def subcommands(text):
    """The names under the last heading of a help text."""
    lines = text.split("子命令：", 1)[1].splitlines()[1:]
    return {line.split()[0] for line in itertools.takewhile(str.strip, lines) if line.startswith("  ") and line[2] != " "}


def test_the_commands_below_are_all_that_there_are(loaded):
    assert subcommands(loaded.run("--help").stdout) == {command[0] for command in COMMANDS}
    for group, commands in GROUPS.items():
        assert subcommands(loaded.run(group, "--help").stdout) == set(commands)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_teaches_by_an_example(loaded, command):
    """In the help of the command, or of its group."""
    said = [loaded.run(*command[:length], "--help").stdout for length in range(1, len(command) + 1)]
    example = f"  lianshe {' '.join(command)}"
    assert any(line == example or line.startswith(example + " ") for text in said for line in text.splitlines()), said
    assert "用法：" in said[-1] and "说明：" in said[-1]


def test_services_tells_the_health_of_all(loaded):
    done = loaded.run("services")
    for name in loaded.SERVICES:
        assert name in done.stdout
