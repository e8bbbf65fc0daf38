"""The command-line tool against the running system."""

import json

import pytest
from stack import REGISTRY


@pytest.mark.parametrize("form,begins", [("markdown", "# "), ("html", "<!DOCTYPE html>"), ("json", "{")])
def test_the_annual_report_in_three_forms(loaded, form, begins):
    done = loaded.run("report", "annual", "--federation", "450000", "--year", "2013", "--format", form)
    assert done.stdout.lower().startswith(begins.lower())
    assert "810" in done.stdout and "891.0" in done.stdout


def test_explain_names_the_record(loaded):
    done = loaded.run("explain", "target/450000/bureau/gross_output/2014")
    for part in ("891.0", "810", "10%", "广西联社2013年工作情况和2014年工作要点"):
        assert part in done.stdout, done.stdout


def test_call_speaks_json(loaded):
    done = loaded.run("call", f"{REGISTRY}/GetPlace", "-d", '{"code": "450381"}')
    assert json.loads(done.stdout)["place"]["name"] == "荔浦市"
    before = loaded.run("call", f"{REGISTRY}/GetPlace", "-d", '{"code": "450331", "onDate": "2013-12-31"}')
    assert json.loads(before.stdout)["place"]["name"] == "荔浦县"


def test_quarantine_is_listed_with_candidates(loaded):
    done = loaded.run("quarantine", "list")
    for part in ("2 3亿", "22亿", "23亿", "2.3亿", "2.2亿"):
        assert part in done.stdout, done.stdout


def test_a_template_can_be_imported_as_it_is(loaded, tmp_path):
    done = loaded.run("template", "statistics/reports")
    assert "渠道" in done.stdout and "数值" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["import"], ["report", "annual"], ["explain"], ["quarantine"], ["call"],
                                       ["template"], ["token", "issue"], ["demo", "load"]])
def test_help_teaches(loaded, arguments):
    done = loaded.run(*arguments, "--help")
    assert len(done.stdout.splitlines()) > 5


def test_services_tells_the_health_of_all(loaded):
    done = loaded.run("services")
    for name in ("registry", "statistics", "gateway"):
        assert name in done.stdout
