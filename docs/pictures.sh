#!/bin/sh
# Draws the pages of the demo's three workbooks as pictures: docs/pictures.sh [PYTHON]
# docs/summary.png and docs/findings.png are those of the README; the other pages go to docs/pages/.
# PYTHON has school-audit installed (python3 by default). Needs LibreOffice (soffice) and poppler (pdftoppm, pdftotext).
# Ends with 1 when a page shows ###, a number that does not fit. What it draws is to be looked at; it validates nothing.
set -eu
cd "$(dirname "$0")/.."
python=${1:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -c 'import sys; sys.argv[0] = "school-audit"; from audit.cli import main; main()' demo "$work/demo" >"$work/said"
for book in governors it safeguarding; do
  soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf --outdir "$work" \
    "$work/demo/reports/$book.xlsx" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
  if pdftotext -layout "$work/$book.pdf" - | grep -n '###'; then
    echo "$book.xlsx: a number does not fit its column" >&2
    exit 1
  fi
  pdftoppm -png -r 80 "$work/$book.pdf" "$work/$book"
done
"$python" - "$work" docs <<'PYTHON'
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

work, docs = map(Path, sys.argv[1:])
MOST = 2
"""Pages of one sheet that are kept."""
pages = docs / "pages"
pages.mkdir(exist_ok=True)
for old in pages.glob("*.png"):
    old.unlink()
for book in ("governors", "it", "safeguarding"):
    known: dict[str, int] = {}
    for number, page in enumerate(sorted(work.glob(f"{book}-*.png")), 1):
        range_ = ["-f", str(number), "-l", str(number)]
        said = subprocess.run(["pdftotext", "-layout", *range_, work / f"{book}.pdf", "-"], capture_output=True, text=True)
        titles = re.findall(r"(\S+(?: \S+)*) · page \d+ of", said.stdout)
        if not titles:
            print(f"{book}.xlsx: printed page {number} has no footer: is it blank?", file=sys.stderr)
            continue
        title = titles[-1].lower().replace(" ", "-")
        known[title] = known.get(title, 0) + 1
        if known[title] > MOST:
            continue
        small = Image.open(page).convert("RGB").quantize(64, dither=Image.Dither.NONE)
        first = book == "governors" and known[title] == 1
        where = docs if first and title in {"summary", "findings"} else pages
        name = title if where == docs else f"{book}-{title}-{known[title]}"
        small.save(where / f"{name}.png", optimize=True)
PYTHON
du -ck docs/*.png docs/pages/*.png | tail -1
