"""Checks that the one wheel in a folder ships every file of src/coprra, and no other module."""

import sys
import zipfile
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"

(wheel,) = Path(sys.argv[1]).glob("*.whl")
with zipfile.ZipFile(wheel) as archive:
    shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
written = {
    path.relative_to(SOURCE).as_posix()
    for path in (SOURCE / "coprra").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}
if shipped != written:
    sys.exit(f"{wheel.name}\n  lacks {sorted(written - shipped)}\n  has besides {sorted(shipped - written)}")
print(f"{wheel.name} ships all {len(shipped)} files.")
