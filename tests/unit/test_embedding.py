"""The domain embeds: it is imported where no dependency is installed at all."""

import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src"

IMPORT_ALL = """
import importlib, pathlib, sys
sources = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(sources))
modules = sorted(
    ".".join(path.relative_to(sources).with_suffix("").parts) for path in sources.glob("coprra/domain/**/[!_]*.py")
)
for module in modules:
    importlib.import_module(module)
foreign = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names) - {"coprra", "__main__"}
print(len(modules), sorted(name for name in foreign if not name.startswith("_")))
"""


def test_the_domain_needs_the_standard_library_and_nothing_else() -> None:
    isolated = [sys.executable, "-I", "-S", "-c", IMPORT_ALL, str(SOURCES)]
    run = subprocess.run(isolated, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    count, foreign = run.stdout.split(" ", 1)
    assert int(count) > 30
    assert foreign.strip() == "[]"
