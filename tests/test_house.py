"""The package as a house: what importing it costs, who may import whom, what is public, and that its wheel works."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

import galiot

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "galiot"

LEVELS = [
    {"errors", "record", "files", "ggml"},
    {"model", "signals"},
    {"runtime"},
    {"senses", "compress", "learn"},
    {"tune", "split", "agent", "federate", "guard", "bench"},
    {"domains", "fit"},
    {"hub", "cli"},
]
HEAVY = {"torch", "ggml", "numpy", "tokenizers", "jinja2", "llguidance", "huggingface_hub", "rich", "cyclopts"}


def python(code: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_public_names_are_these():
    assert galiot.__all__ == ["Session", "__version__", "generate", "open_model", "read"]
    for name in galiot.__all__:
        assert getattr(galiot, name) is not None
    with pytest.raises(AttributeError, match="colour"):
        galiot.colour  # noqa: B018


def test_importing_the_package_loads_nothing_heavy():
    loaded = set(python("import galiot, sys; print(*sys.modules)").split())
    assert not loaded & HEAVY
    assert [name for name in loaded if name.startswith("galiot")] == ["galiot"]


def test_the_engine_needs_no_training_library_and_not_the_slow_binding():
    loaded = set(
        python("import galiot, sys; galiot.Session, galiot.generate, galiot.open_model; print(*sys.modules)").split()
    )
    assert not loaded & {"torch", "ggml", "huggingface_hub", "rich", "cyclopts", "matplotlib"}


def test_imports_point_down_the_levels():
    level = {room: height for height, rooms in enumerate(LEVELS) for room in rooms}
    wrong = [
        f"{path.relative_to(SOURCE)} imports {target}"
        for path, target in imports()
        if (room := room_of(path)) in level and level[target.split(".")[1]] > level[room]
    ]
    assert not wrong


def test_every_room_has_a_level():
    rooms = {path.stem for path in SOURCE.iterdir() if path.suffix in ("", ".py")} - {
        "__pycache__",
        "__init__",
        "__main__",
        "py",
    }
    assert rooms - {"py.typed"} <= set().union(*LEVELS)


def test_rooms_of_one_level_import_each_other_without_cycles():
    edges: dict[str, set[str]] = {}
    for path, target in imports():
        if (room := room_of(path)) != (other := target.split(".")[1]):
            edges.setdefault(room, set()).add(other)
    for start in edges:
        assert start not in reachable(edges, start)


def imports() -> Iterator[tuple[Path, str]]:
    """Yield every import of a part of the package, with the file that it stands in; those for type checkers too."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            if isinstance(node, ast.ImportFrom) and node.module == "galiot":
                names = [f"galiot.{alias.name}" for alias in node.names]
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            yield from ((path, name) for name in names if name and name.startswith("galiot.") and "__" not in name)


def room_of(path: Path) -> str:
    """Return the first name below the package: the room that a file is in."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def reachable(edges: dict[str, set[str]], start: str) -> set[str]:
    """Return the rooms that `start` imports, in however many steps."""
    found: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        if (room := waiting.pop()) not in found:
            found.add(room)
            waiting += edges.get(room, ())
    return found


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Build the wheel, install it where the checkout is not seen, and return the folder of the commands.

    Only what the package depends on is lent by this environment, so that nothing has to be fetched.
    """
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    (wheel,) = folder.glob("galiot-*.whl")
    venv.create(folder / "env", with_pip=False)
    place = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder / "env"), "platbase": str(folder / "env")}))
    install = [sys.executable, "-m", "pip", "--python", folder / "env", "install", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True, capture_output=True, timeout=300)
    # addsitedir would also follow the editable install back to the checkout; a plain path does not.
    (place / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "env" / "bin"


def test_the_wheel_works_outside_of_the_checkout(installed, tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def call(*words: str) -> str:
        environment = clean | {"GALIOT_HOME": str(tmp_path)}
        return subprocess.run(
            [*words], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True, timeout=60
        ).stdout

    where = call(str(installed / "python"), "-c", "import galiot; print(galiot.__file__)")
    assert where.startswith(str(installed.parent))
    assert call(str(installed / "galiot"), "--version").strip() == galiot.__version__
    assert call(str(installed / "galiot"), "list", "--json").count('"models":[]') == 1
    assert "--reading" in call(str(installed / "galiot"), "run", "--help")


def test_the_lock_names_no_registry_and_every_package_has_its_hashes():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    for package in lock.replace("\\\n", "").splitlines():
        assert package[:1] in ("", "#") or "--hash=sha256:" in package
