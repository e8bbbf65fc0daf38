"""The README's examples run as they are written, but for the addresses."""

import os
import re
import subprocess
import sys

import pytest
from stack import ROOT, binary

SECTION = "Calling it, in four ways"
# A word of each example of that section, and what its answer says.
EXAMPLES = {
    "text/markdown": ["810亿元", "〔计算〕", '"target/450000/bureau/gross_output/2014"', "891"],
    "buf curl": ["玉林市联社", "FEDERATION_LEVEL_CITY"],
    "from connect_caller": ["FEDERATION_LEVEL_CITY", 'code: "450900"'],
    "lianshe explain": ["810亿元", "原句", "growth/450000/bureau/gross_output/2013", "FIGURE_MARK_NOT_RECORDED"],
}


def examples():
    """(language, text) of the section's code blocks."""
    section = (ROOT / "README.md").read_text().split(f"## {SECTION}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^```(\w+)\n(.*?)^```$", section, re.M | re.S)


def here(stack, text):
    """The example for a stack on other ports, with programs from elsewhere."""
    ports = {"8080": stack.http_port, **{f"740{number}": stack.ports[name] for number, name in
                                         enumerate(("gateway", "registry", "statistics", "exhibitions", "talent"))}}
    text = re.sub(r"(?<=127\.0\.0\.1:)\d+", lambda match: str(ports[match.group()]), text)
    return text.replace(".build/debug/lianshe", binary("lianshe"))


def test_every_example_is_known():
    texts = [text for _, text in examples()]
    assert len(texts) == len(EXAMPLES)
    for word in EXAMPLES:
        assert sum(word in text for text in texts) == 1, word


@pytest.mark.parametrize("word", EXAMPLES)
def test_an_example_runs_as_written(loaded, tmp_path, word):
    language, text = next((language, text) for language, text in examples() if word in text)
    text = here(loaded, text)
    if language == "sh":
        command = ["bash", "-euo", "pipefail", "-c", text]
    else:
        (tmp_path / "example.py").write_text(text)
        command = [sys.executable, str(tmp_path / "example.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120,
                          env={**loaded.environment(), "PYTHONPATH": os.path.join("Tests", "Support")})
    assert done.returncode == 0, done.stderr
    for part in EXAMPLES[word]:
        assert part in done.stdout, done.stdout


def test_every_file_that_it_names_is_there():
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"\]\(([^)#:]+)\)", text)) | set(re.findall(r"`?(scripts/[\w-]+)", text))
    missing = [name for name in named if not (ROOT / name).exists()]
    assert len(named) >= 7 and missing == []
