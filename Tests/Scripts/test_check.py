"""scripts/check finds what it says it finds: each wall is broken on purpose in a copy of the tree."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHECK = ROOT / "scripts" / "check"

# wall, file to write or extend, what to add
PLANTED = [
    ("c-imports", "Shared/Transport/Planted.swift", "internal import CNghttp2\n"),
    ("c-imports", "Services/Registry/API/Planted.swift", "internal import CRegistryMessages\n"),
    ("pointers", "Services/Registry/API/Planted.swift", "func f(_ p: UnsafeRawPointer) {}\n"),
    ("varints", "Shared/RPC/Planted.swift", "func f(_ v: UInt64) -> UInt8 { UInt8(v & 0x7f) | 0x80 }\n"),
    ("no-grpc", "Package.swift", '// .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3")\n'),
    ("sql", "Services/Registry/API/Planted.swift", 'let q = "SELECT name FROM places"\n'),
    ("domains", "Services/Registry/Domain/Planted.swift", "internal import Storage\n"),
    ("services-apart", "Services/Statistics/API/Planted.swift", "internal import RegistryDomain\n"),
    ("access-levels", "Shared/RPC/Planted.swift", "import Wire\n"),
    ("traps", "Shared/HTTP2/Planted.swift", "func f() { let _ = try! g() }\n"),
    ("traps", "Services/Registry/API/Planted.swift", "func f(_ text: String) -> Int { Int(text)!.magnitude }\n"),
    ("traps", "Shared/Imports/Planted.swift", "func f(_ cells: [String?]) -> String { cells[0]! }\n"),
    ("lengths", "Shared/RPC/Planted.swift", "// one more line\n" * 501),
    ("top-level", "notes.txt", "left behind\n"),
    ("room-cards", "Shared/Drawer/Planted.swift", "struct Planted {}\n"),
    ("format", "Shared/RPC/Planted.swift", "struct   Planted{var a:Int=1 ; var b = 2}\n"),
    ("protos", "Shared/Protos/lianshe/common/v1/planted.proto",
     'syntax = "proto3";\npackage lianshe.common.v1;\nenum Bad { FIRST = 0; }\n'),
    ("shell", "scripts/planted", "#!/usr/bin/env bash\nif true; then\n"),
]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """A copy of the tree as git sees it, with no build folder."""
    copy = tmp_path_factory.mktemp("tree") / "copy"
    copy.mkdir()
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    subprocess.run(["git", "init", "-q"], cwd=copy, check=True)
    return copy


def run(root, wall):
    return subprocess.run([sys.executable, str(CHECK), "--root", str(root), "--only", wall],
                          capture_output=True, text=True)


@pytest.mark.parametrize("wall", sorted({wall for wall, _, _ in PLANTED}))
def test_the_tree_as_it_is_passes(pristine, wall):
    done = run(pristine, wall)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("wall,name,text", PLANTED, ids=[f"{wall}:{name}" for wall, name, _ in PLANTED])
def test_a_planted_violation_is_found(pristine, wall, name, text):
    path = pristine / name
    before = path.read_text() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.write_text((before or "") + text)
        done = run(pristine, wall)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before)
    assert done.returncode == 1, f"{wall} did not notice {name}:\n{done.stdout}"
    planted_is_named = name in done.stdout or Path(name).name in done.stdout or name.split("/")[1] in done.stdout
    assert planted_is_named, done.stdout


@pytest.mark.parametrize("code", ["if a != b {}", "let a: Bool = !b", 'let a = "stop!"', "f(!a, !b)", "a // now!"])
def test_an_exclamation_mark_is_no_unwrapping(pristine, code):
    path = pristine / "Shared/Wire/Planted.swift"
    try:
        path.write_text(code + "\n")
        done = run(pristine, "traps")
    finally:
        path.unlink()
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("heading", ["RPCs", "Tables", "Configuration", "Limits", "Test"])
def test_a_card_that_does_not_keep_its_promise_is_found(pristine, heading):
    card = pristine / "Services/Registry/README.md"
    before = card.read_text()
    assert f"\n## {heading}" in before
    try:
        card.write_text(before.replace(f"\n## {heading}", "\n## Something else"))
        done = run(pristine, "room-cards")
    finally:
        card.write_text(before)
    assert done.returncode == 1 and "Services/Registry/README.md" in done.stdout and f"## {heading}" in done.stdout


def test_a_domain_with_a_second_door_is_found(pristine):
    """The manifest itself is read, not only the imports."""
    manifest = pristine / "Package.swift"
    before = manifest.read_text()
    try:
        manifest.write_text(before + '\npackage.targets.append(.target(name: "PlantedDomain", dependencies: ["Storage"]))\n')
        done = run(pristine, "manifest")
    finally:
        manifest.write_text(before)
    assert done.returncode == 1 and "PlantedDomain" in done.stdout, done.stdout


def test_a_generated_file_changed_by_hand_is_found(pristine):
    name = "Shared/Messages/CommonMessages/"
    victim = next(path for path in sorted((pristine / name).rglob("*.swift")))
    before = victim.read_text()
    try:
        victim.write_text(before + "// changed by hand\n")
        done = subprocess.run([str(pristine / "scripts/generate"), "--check"], cwd=pristine, capture_output=True,
                              text=True, env={**os.environ,
                                              "LIANSHE_GENERATOR": str(ROOT / ".build/debug/protoc-gen-lianshe")})
    finally:
        victim.write_text(before)
    assert done.returncode != 0 and victim.name in done.stdout + done.stderr, done.stdout + done.stderr
