"""A PostgreSQL cluster that a test may stop and start."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

import pytest
from stack import free_ports


class PrivatePostgres:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="lianshe-postgres-"))
        [self.port] = free_ports(1)
        self.prefix = []
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.prefix = ["runuser", "-u", "postgres", "--"]
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        assert programs, "PostgreSQL's server programs are not installed: run scripts/setup test"
        self.programs = programs[-1]
        self.control("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "--no-locale", "-E", "UTF8")
        self.start()

    @property
    def data(self):
        return str(self.folder / "data")

    def control(self, program, *arguments):
        subprocess.run([*self.prefix, str(self.programs / program), *arguments], check=True, cwd=self.folder,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self):
        self.control("pg_ctl", "-D", self.data, "-w", "-l", str(self.folder / "log"), "-o",
                     f"-k {self.folder} -c listen_addresses=127.0.0.1 -p {self.port}", "start")

    def stop(self):
        self.control("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")

    def use_for(self, stack):
        for name in stack.SERVICES:
            database = f"{name}_{uuid.uuid4().hex[:8]}"
            url = f"postgres://postgres@127.0.0.1:{self.port}"
            subprocess.run(["psql", f"{url}/postgres", "-qc", f"CREATE DATABASE {database} TEMPLATE template0"], check=True)
            stack.databases[name] = f"{url}/{database}"

    def remove(self):
        try:
            self.stop()
        except subprocess.CalledProcessError:
            pass  # it was stopped already
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def private_postgres():
    cluster = PrivatePostgres()
    try:
        yield cluster
    finally:
        cluster.remove()
