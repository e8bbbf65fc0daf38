"""A published report stays as it was, and what has changed since is told, by the tool, the channel and the pages."""

import json

from entries import get, records, update
from reports import fetch_report
from stack import http_get

REPORT = ("--federation", "450000", "--year", "2013")
BASE = "/v1/federations/450000/report/publications"
GOLD = "exhibitions/award_tally/awards/450000/2013?level=national&grade=gold"


def publish(stack, *options):
    return stack.run("report", "publish", *REPORT, *options, check=False)


def correct_gold_awards(stack):
    [(_, identity)] = records(stack, GOLD)
    update(stack, "exhibitions", get(stack, "exhibitions", identity), "awards", {"text": "13", "unit": "个"})


def test_what_changed_since_it_was_published_is_told(fresh):
    published = fetch_report(fresh, "2013")
    assert publish(fresh, "--note", "定稿").returncode == 0
    assert "没有变" in fresh.run("report", "changes", *REPORT).stdout
    correct_gold_awards(fresh)
    changes = json.loads(fresh.run("report", "changes", *REPORT, "--json").stdout)
    changed = {change["key"]: (change["oldPrinted"], change["newPrinted"]) for change in changes["changedFigures"]}
    assert changed[GOLD] == ("12个", "13个")
    assert "定稿" in fresh.run("report", "publications", "--federation", "450000").stdout
    status, _, body = http_get(f"{fresh.http}{BASE}/1?year=2013")
    assert status == 200
    kept = json.loads(body)["report"]
    assert kept["sections"] == published["sections"]
    status, _, page = http_get(f"{fresh.http}{BASE}/1/changes?year=2013&format=html")
    assert status == 200 and "12个" in page.decode() and "13个" in page.decode()


def test_a_report_is_not_published_while_a_service_is_away(fresh):
    fresh.processes.pop("talent").stop()
    refused = publish(fresh)
    assert refused.returncode == 5 and "talent" in refused.stderr
    assert publish(fresh, "--allow-partial").returncode == 0


def test_who_may_not_publish_is_refused(fresh):
    fresh.token = fresh.issue_token(organisation="450900", roles="statistician", subject="yulin")
    assert publish(fresh).returncode == 4
    fresh.token = fresh.issue_token(roles="clerk", subject="clerk")
    assert publish(fresh).returncode == 4


def test_a_template_is_kept_with_its_revisions_and_a_wrong_one_tells_every_error(fresh, tmp_path):
    shown = fresh.run("report", "template", "show", *REPORT).stdout
    assert shown.startswith("# ")
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(shown + "\n@weather\n{{x}}\n", encoding="utf-8")
    refused = fresh.run("report", "template", "put", wrong, *REPORT, check=False)
    assert refused.returncode == 2
    assert "template.block" in refused.stderr and "template.key" in refused.stderr
    right = tmp_path / "right.txt"
    right.write_text(shown + "\n> 补充说明\n", encoding="utf-8")
    assert "修订 2" in fresh.run("report", "template", "put", right, *REPORT).stdout
    assert "没有新内容" in fresh.run("report", "template", "put", right, *REPORT).stdout
    assert any("补充说明" in json.dumps(section, ensure_ascii=False) for section in fetch_report(fresh, "2013")["sections"])
