"""Reads the tables of cases. README.md says what their columns mean."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CODECS = {"p": "proto", "j": "json"}
CODINGS = {"i": "identity", "z": "gzip"}


@dataclass(frozen=True)
class Case:
    """One line of a table with one codec and one compression."""
    table: str
    name: str
    codec: str
    coding: str
    cells: tuple

    @property
    def id(self):
        return f"{self.name}-{self.codec}-{self.coding}"

    def __getitem__(self, column):
        return dict(self.cells)[column]


def rows(table, columns):
    for number, line in enumerate((HERE / f"{table}.tsv").read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        assert len(cells) == len(columns), f"{table}.tsv:{number} has {len(cells)} columns, not {len(columns)}"
        yield dict(zip(columns, ("" if cell == "-" else cell for cell in cells)))


def cases(table, columns, by=None):
    """Every line of a table, once for each of its codecs and compressions."""
    found, names = [], set()
    for row in rows(table, columns):
        assert row["name"] not in names, f"{table}.tsv has two lines “{row['name']}”"
        names.add(row["name"])
        if by and by not in row["by"]:
            continue
        codecs, codings = row["axes"].split(" ")
        found += [Case(table, row["name"], CODECS[codec], CODINGS[coding], tuple(row.items()))
                  for codec in codecs for coding in codings]
    return found


def pairs(text):
    """`a: 1 ; !b` as [("a", "1"), ("b", None)]."""
    for part in filter(None, (part.strip() for part in text.split(" ; "))):
        if part.startswith("!"):
            yield part[1:], None
        else:
            name, _, value = part.partition(":")
            yield name.strip(), value.strip()


def matches(expected, actual, path="$"):
    """Raises where what was expected is not there. Keys beside the expected ones are allowed; null means that
    there is none; a text /…/ is a pattern and <=… the largest number."""
    if isinstance(expected, dict):
        assert isinstance(actual, dict), f"{path} is {actual!r}, not an object"
        for key, value in expected.items():
            if value is None:
                assert key not in actual, f"{path}.{key} is {actual[key]!r}, and should not be there"
            else:
                assert key in actual, f"{path}.{key} is missing in {actual!r}"
                matches(value, actual[key], f"{path}.{key}")
    elif isinstance(expected, list):
        assert isinstance(actual, list) and len(actual) == len(expected), f"{path} is {actual!r}, not {expected!r}"
        for index, value in enumerate(expected):
            matches(value, actual[index], f"{path}[{index}]")
    elif isinstance(expected, str) and expected.startswith("<="):
        assert 0 <= int(actual) <= int(expected[2:]), f"{path} is {actual!r}, not {expected}"
    elif isinstance(expected, str) and len(expected) > 1 and expected[0] == expected[-1] == "/":
        assert re.search(expected[1:-1], actual), f"{path} is {actual!r}, which {expected} does not match"
    else:
        assert actual == expected, f"{path} is {actual!r}, not {expected!r}"


def leading_json(text):
    """A JSON value at the start of a text, and the rest."""
    text = text.strip()
    if not text.startswith(("{", "[")):
        return None, text
    value, end = json.JSONDecoder().raw_decode(text)
    return value, text[end:].strip()
