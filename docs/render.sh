#!/bin/sh
# Renders every page of a workbook to PNG, to look at: docs/render.sh BOOK.xlsx FOLDER [DPI]
# Needs LibreOffice (soffice) and poppler (pdftoppm). It shows what printing gives; it validates nothing.
set -eu
[ $# -ge 2 ] || { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
book=$1 folder=$2 dpi=${3:-80}
mkdir -p "$folder"
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
soffice "-env:UserInstallation=file://$profile" --headless --convert-to pdf --outdir "$profile" "$book" >/dev/null 2>&1
name=$(basename "${book%.*}")
pdftoppm -png -r "$dpi" "$profile/$name.pdf" "$folder/$name"
