"""The fuzzer's targets, seeds and card belong together, and the command says what it cannot do."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUZZ = ROOT / "Tests/Fuzz"
TARGETS = re.findall(r"^  case (\w+)$", (FUZZ / "Targets/FuzzTarget.swift").read_text(), re.M)


def run(*arguments):
    return subprocess.run([ROOT / "scripts/fuzz", *arguments], capture_output=True, text=True, timeout=60)


def test_every_target_has_seeds_and_a_line_in_the_card():
    card = (FUZZ / "README.md").read_text()
    assert len(TARGETS) >= 6
    for target in TARGETS:
        assert len(list((FUZZ / "Corpus" / target).iterdir())) >= 10, target
        assert f"\n| `{target}` |" in card, target


def test_nothing_is_kept_for_a_target_that_is_gone():
    for folder in ("Corpus", "Crashes"):
        if (FUZZ / folder).is_dir():
            assert {path.name for path in (FUZZ / folder).iterdir()} <= set(TARGETS), folder


def test_seeds_of_messages_name_a_message():
    listed = re.search(r"let schemas: .*?= \[(.*?)\n\]", (FUZZ / "Targets/Schemas.swift").read_text(), re.S)
    count = len(re.findall(r"\w+\.self", listed.group(1)))
    for target in ("message", "json"):
        assert all(path.read_bytes()[0] < count for path in (FUZZ / "Corpus" / target).iterdir()), target


def test_the_links_lead_to_rooms():
    for link in (FUZZ / "Rooms").iterdir():
        assert link.is_symlink() and link.resolve().is_dir(), link.name
        assert link.resolve().is_relative_to(ROOT), link.name


def test_an_unknown_target_is_refused_and_the_known_ones_are_named():
    done = run("nosuchtarget")
    assert done.returncode == 2
    assert all(target in done.stderr for target in TARGETS)


def test_help_tells_every_option():
    done = run("--help")
    assert done.returncode == 0
    for option in ("--seconds", "--inputs", "--smoke", "--replay", "Exit code 1"):
        assert option in done.stdout


def test_the_sanitizers_are_named_where_none_is_chosen():
    done = subprocess.run([ROOT / "scripts/sanitize", "memory"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "thread|address" in done.stderr


RACE = """
import Dispatch
import Synchronization
final class Box: Sendable {
  let locked = Mutex<[Int: Int]>([:])
  nonisolated(unsafe) var bare = 0
}
@main struct Program {
  static func main() {
    let box = Box()
    let isBare = CommandLine.arguments.count > 1
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for turn in 0..<2000 {
        box.locked.withLock { $0[turn % 50, default: 0] += thread }
        if isBare { box.bare += 1 }
      }
    }
  }
}
"""


def test_locks_are_no_races_under_the_thread_sanitizer_and_races_are(tmp_path):
    (tmp_path / "race.swift").write_text(RACE)
    program, preload = tmp_path / "race", tmp_path / "mutex-order.so"
    subprocess.run(["swiftc", "-sanitize=thread", "-parse-as-library", "race.swift", "-o", program], cwd=tmp_path,
                   check=True, capture_output=True, timeout=300)
    subprocess.run(["clang", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", preload,
                    ROOT / "scripts/lib/mutex-order.c", "-ldl"], check=True, timeout=60)
    environment = {**os.environ, "LD_PRELOAD": str(preload), "SWIFT_BACKTRACE": "enable=no"}
    for _ in range(3):
        quiet = subprocess.run([program], env=environment, capture_output=True, text=True, timeout=300)
        assert quiet.returncode == 0, quiet.stderr[-2000:]
    loud = subprocess.run([program, "bare"], env=environment, capture_output=True, text=True, timeout=300)
    assert loud.returncode != 0
    assert "ThreadSanitizer" in loud.stderr
