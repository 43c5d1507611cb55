"""Memory of the whole system after its first crawl: every process of `kiemtin up --demo`, PostgreSQL included.

    python -m benchmarks.memory

Shared pages count once (PSS, as the kernel divides them), so the sum is what the machine really gives. Told are the
highest sum seen during start, first crawl, judging and the browser's pictures, and the sum at rest afterwards. Goal under 1 GB, limit 1.2 GB.
Linux only: other kernels do not tell PSS.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import psutil
import psycopg

from benchmarks.house import House

GOAL_MB, LIMIT_MB = 1000.0, 1200.0
LONGEST = 1200  # seconds until everything is read, judged and pictured; a browser takes some seconds a page
REST = 10  # seconds after the last judgement, for what was needed to be given back


def megabytes(house: House) -> dict[str, float]:
    """PSS in MB by room."""
    found: dict[str, float] = defaultdict(float)
    for pid, room in {**house.processes(), house.up.pid: "up"}.items():
        with contextlib.suppress(psutil.Error):
            found[room] += psutil.Process(pid).memory_full_info().pss / 1e6
    return found


def done(house: House) -> bool:
    """Everything listed is fetched and judged, and what was flagged has its picture."""
    with contextlib.suppress(psycopg.Error, OSError, ValueError):
        return bool(house.ask(
            "SELECT count(*) > 50 AND NOT EXISTS (SELECT FROM links WHERE fate IN ('pending', 'retry'))"
            " AND NOT EXISTS (SELECT FROM articles a WHERE NOT EXISTS (SELECT FROM judgements j WHERE j.article_id = a.id))"
            " AND NOT EXISTS (SELECT FROM capture_requests WHERE answered_at IS NULL)"
            " AND NOT EXISTS (SELECT FROM exact_captures e WHERE NOT EXISTS (SELECT FROM renderings r WHERE r.capture_id = e.capture_id))"
            " FROM articles"
        )[0][0])  # fmt: skip
    return False


def main() -> int:
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiemtin-memory-"))).resolve()
        home.chmod(0o755)
        house = House(home)
        stack.callback(house.close)
        highest: dict[str, float] = {}
        deadline = time.monotonic() + LONGEST
        while not done(house):
            if time.monotonic() > deadline:
                print("the first crawl did not end; see " + str(home / "up.txt"), file=sys.stderr)
                return 1
            now = megabytes(house)
            highest = max(highest, now, key=lambda each: sum(each.values()))
            time.sleep(1)
        time.sleep(REST)
        rest = megabytes(house)
    for name, each in (("peak", highest), ("rest", rest)):
        rooms = ", ".join(f"{room} {mb:.0f}" for room, mb in sorted(each.items(), key=lambda pair: -pair[1]))
        print(
            f"whole system, {name}: {sum(each.values()):.0f} MB (goal {GOAL_MB:g}, limit {LIMIT_MB:g} MB): {rooms}"
        )
    return int(max(sum(highest.values()), sum(rest.values())) > LIMIT_MB)


if __name__ == "__main__":
    sys.exit(main())
