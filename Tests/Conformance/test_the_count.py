"""The tables are as large as they claim to be, and all of them ran. Runs after them, as its name sorts."""

from pathlib import Path

import pytest

LEAST = 250


def test_enough_cases_of_the_tables_ran(request, executed, capsys):
    """Distinct lines with codec and compression, however many clients and transports each of them met."""
    here = {path.name for path in Path(__file__).parent.glob("test_*.py")}
    if here - {Path(str(item.fspath)).name for item in request.session.items}:
        pytest.skip("only a part of the suite was asked for")
    distinct = {(table, case) for _, table, case, _ in executed}
    by = {who: sum(1 for client, *_ in executed if client == who) for who in sorted({case[0] for case in executed})}
    with capsys.disabled():
        print(f"\nconformance: {len(distinct)} distinct cases, {len(executed)} runs: "
              + ", ".join(f"{count} by {who}" for who, count in by.items()))
    assert len(distinct) >= LEAST
    assert {"h2", "connectrpc", "buf curl", "our client"} <= set(by)
