"""Builds what is measured, ours and the peers, into .build and .build/bench; installs nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HERE = ROOT / "Tests" / "Benchmarks"
WORK = ROOT / ".build" / "bench"
PROTOS = HERE / "Protos"
PROTO = "lianshe/benchmark/v1/benchmark.proto"


class Missing(Exception):
    """Something that must be installed first."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def need(program, package):
    if shutil.which(program) is None:
        raise Missing(f"{program} is not there (Debian: {package}); scripts/setup bench installs what the benchmarks need")


def run(command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-25:])
        raise Missing(f"{' '.join(map(str, command[:6]))} … failed with {done.returncode}:\n{tail}")
    return done.stdout


def is_older(made, *sources):
    if not made.exists():
        return True
    stamp = made.stat().st_mtime
    files = [file for source in sources for file in ([source] if source.is_file() else source.rglob("*"))]
    return any(file.stat().st_mtime > stamp for file in files if file.is_file())


def swift_build(product, *options, built=False, **run_options):
    """The folder of a release executable."""
    need("swift", "from swift.org")
    command = ["swift", "build", "-c", "release", *options]
    if not built:
        say(f"building {product} (release); a first build takes ten minutes and more")
        run([*command, "--product", product], **run_options)
    return Path(run([*command, "--show-bin-path"], **run_options).strip())


def nested(folder, scratch, product, built):
    """An executable of a nested package."""
    return swift_build(product, "--package-path", folder, "--scratch-path", WORK / scratch, built=built) / product


def package(product, built=False):
    """An executable of the package of the benchmarks."""
    return nested(HERE, "package", product, built)


def grpc_cpp():
    """The gRPC C++ peer."""
    for program, package in (("protoc", "protobuf-compiler"), ("grpc_cpp_plugin", "protobuf-compiler-grpc"),
                             ("g++", "g++"), ("pkg-config", "pkg-config")):
        need(program, package)
    if subprocess.run(["pkg-config", "--exists", "grpc++"]).returncode != 0:
        raise Missing("gRPC C++ is not there (Debian: libgrpc++-dev); scripts/setup bench installs it")
    source = HERE / "Peers" / "GRPCCxx" / "server.cc"
    folder = WORK / "cxx"
    made = folder / "grpc_cpp"
    if is_older(made, source, PROTOS):
        say("building the gRPC C++ peer")
        folder.mkdir(parents=True, exist_ok=True)
        plugin = shutil.which("grpc_cpp_plugin")
        run(["protoc", "-I", PROTOS, f"--cpp_out={folder}", f"--grpc_out={folder}",
             f"--plugin=protoc-gen-grpc={plugin}", PROTOS / PROTO])
        generated = sorted((folder / PROTO).parent.glob("*.cc"))
        libraries = run(["pkg-config", "--libs", "grpc++", "protobuf"]).split()
        run(["g++", "-O3", "-DNDEBUG", "-std=c++17", f"-I{folder}", source, *generated, "-o", made, *libraries,
             "-pthread"])
    return made


def shipped(built=False):
    """The folder of the executables as they are deployed."""
    products = ["lianshe", "lianshe-statistics"]
    if built:
        folder = ROOT / ".build" / "static" / "release"
        if any(not (folder / product).exists() for product in products):
            raise Missing(f"scripts/release {' '.join(products)} has not been run")
        return folder
    say("building the shipped executables; a first build takes ten minutes and more")
    return Path(run([ROOT / "scripts" / "release", *products]).splitlines()[-1]).parent


def executables(names, built=False):
    """What serves each name: for statistics the folder of the shipped executables."""
    made = dict.fromkeys(["statistics", "statistics_tls"], shipped(built))
    made.update(dict.fromkeys(["nghttpd", "nghttpd_tls"]))
    if "echo" in names:
        made["echo"] = package("EchoServer", built)
    cxx = names & {"grpc_cpp", "grpc_cpp_gzip", "grpc_cpp_tls"}
    if cxx:
        made.update(dict.fromkeys(cxx, grpc_cpp()))
    if "grpc_swift" in names:
        made["grpc_swift"] = nested(HERE / "Peers" / "GRPCSwift", "grpc-swift", "GRPCSwiftPeer", built)
    return made


def check_tools():
    need("h2load", "nghttp2-client")
    need("nghttp", "nghttp2-client")
    need("nghttpd", "nghttp2-server")
    need("taskset", "util-linux")
    need("curl", "curl")
    if (os.cpu_count() or 1) < 2:
        raise Missing("one core is too few: the servers get one, the load generator another")
