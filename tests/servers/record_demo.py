"""Records the demo: two nights of the fictional school, from the real servers into audit/demonstration/.

Run by hand, from the root of the project, where the servers are installed:

    PYTHONPATH=.:tests python -m servers.record_demo

Where the servers listened, and what the tests plant to be found again, is rewritten: the demo's school has the
addresses that a school has, and its recordings answer for them.
"""

import base64
import gzip
import json
import tempfile
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from pathlib import Path
from urllib.parse import quote, urlsplit

from imitations.picture_readers import stand_in_readers
from servers.pictures import png
from servers.school import FORMULA, REPLIES, VILLAGER, HazelbrookSchool, Settings

from audit.cli import night
from audit.config import load

SHIPPED = Path(__file__).resolve().parents[2] / "audit" / "demonstration"
NIGHTS = (date(2026, 11, 19), date(2026, 11, 20))
SETTINGS = Settings(adopted=True)
NOT_SHOWN = ("signal",)
HEADER = (
    "# The demo's school: invented, like everybody in it. Two nights were recorded; nothing here is asked again.\n\n"
)


def record() -> None:
    """Open the school, record its two nights, and put what the demo needs into the package."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        # Whatever readers this machine has, the recording has the pictures: another may read them.
        with HazelbrookSchool(folder / "servers") as school, stand_in_readers():
            rows = tuple(row for row in school.rows if row not in NOT_SHOWN)
            for row in NOT_SHOWN:
                del school.rows[row]
            live = school.write_folder(folder / "school", rows=rows, settings=SETTINGS)
            before_the_first_night(school)
            _night(school, live, NIGHTS[0])
            between_the_nights(school)
            _night(school, live, NIGHTS[1])
            shown = school.write_folder(folder / "shown", rows=rows, settings=SETTINGS, hosts="")
            words = tuple(_words(school))
            for number, on in enumerate(NIGHTS, 1):
                _rewrite(live / f"{on}.jsonl.gz", SHIPPED / f"night-{number}.jsonl.gz", words)
            for name in ("school.toml", "requirements.toml", "register.csv"):
                text = _rewritten((shown / name).read_text(encoding="utf-8"), words)
                header = HEADER if name.endswith(".toml") else ""
                (SHIPPED / name).write_text(header + text.lstrip(), encoding="utf-8")


def before_the_first_night(school: HazelbrookSchool) -> None:
    """A little less than the tests plant, and somebody who may be old enough."""
    school.repair_blog()
    school.bluesky.delete_post("samplanted.test", school.items["reply with a phone number"])
    school.bluesky.follow("izzyplanted.test", "hazelbrookchoir.test")
    school.bluesky.process_all()


def between_the_nights(school: HazelbrookSchool) -> None:
    """What people did on the day between: some things put right, two new slips, and a server that went down."""
    bluesky, today = school.bluesky, datetime.combine(NIGHTS[0], time(15), UTC)
    bluesky.post("hazelbrookchoir.test", "We sing at the carol concert on 11 December", created_at=today)
    bluesky.delete_post("kingfishersclass.test", school.items["post with a phone number"])
    thanks = bluesky.post("kingfishersclass.test", "Thank you, museum!", created_at=today)
    reply = REPLIES["reply with a phone number"]
    bluesky.post("samplanted.test", reply, reply_to=thanks, created_at=today)
    school.x.delete_post(school.items["x.post with a short link"])
    school.x.add_post("HazelbrookPri", "Costumes needed! List at https://bit.ly/4plantedplay", created_at=today)
    bluesky.process_all()
    school.repair_pictures()
    school.podcast.stop()


def _night(school: HazelbrookSchool, folder: Path, on: date) -> None:
    school.x.now = datetime.combine(on, time(2), UTC)
    report, _ = night(load(folder), on, record=folder / f"{on}.jsonl.gz")
    print(on, report.totals)


def _words(school: HazelbrookSchool) -> Iterable[tuple[str, str]]:
    """What is written instead of what: addresses in every spelling they have, then invented words."""
    for real, shown in (
        (school.bluesky.appview_url, "https://public.api.bsky.app"),
        (school.bluesky.pds_url, "https://pds.hazelbrook.example"),
        (school.wiki.base_url, "https://en.wikipedia.org"),
        (school.x.base_url, "https://api.twitter.com"),
        (school.blog.base_url, "https://blog.hazelbrook.example"),
        (school.podcast.base_url, "https://podcast.hazelbrook.example"),
        (school.website.base_url, "https://www.hazelbrook.example"),
        (school.forum.base_url, "https://talk.hazelbrook.example"),
        (school.matrix.base_url, "https://matrix.hazelbrook.example"),
        (f"irc://{school.irc.host}", "irc://irc.hazelbrook.example"),
    ):
        for spelt in (str, lambda address: quote(address, safe=""), lambda address: address.replace("/", r"\/")):
            yield spelt(real), spelt(shown)
        yield urlsplit(real).netloc, urlsplit(shown).netloc
    yield "127.0.0.1", "people.example"  # where members of the channel sit
    for hostile in (FORMULA, json.dumps(FORMULA)[1:-1]):
        yield hostile, "Spring fair"
    yield VILLAGER, "Hazelbrook Walker"
    yield from ((" Plantedname", ""), ("Plantedname ", "Oakfield "), (" plantedbio", ""), (" plantedreply", ""))
    yield from (("planted.test", ".example"), (".test", ".example"), ("planted", "hz"), ("Planted", "Meadows"))


def _rewrite(recording: Path, shipped: Path, words: tuple[tuple[str, str], ...]) -> None:
    """Write a recording anew; its lines are JSON, so that words are replaced in texts and not in their spelling."""
    with gzip.open(recording, "rt", encoding="utf-8") as lines:
        rewritten = [
            {name: _rewritten_value(value, words) for name, value in _ours(json.loads(line)).items()} for line in lines
        ]
    content = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in rewritten)
    for left in ("127.0.0.1", "planted", ".test"):
        assert left not in content.casefold(), f"{left} is left in {shipped.name}"
    with shipped.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(content.encode())


def _ours(line: dict[str, object]) -> dict[str, object]:
    """The line, with a drawn picture for the one that the forum's makers give to members without one."""
    if str(line.get("url", "")).endswith("/blank-avatar.png"):
        return line | {"base64": base64.b64encode(png()).decode()}
    return line


def _rewritten_value(value: object, words: tuple[tuple[str, str], ...]) -> object:
    if isinstance(value, str):
        return _rewritten(value, words)
    if isinstance(value, dict):
        return {name: _rewritten_value(inner, words) for name, inner in value.items()}
    return value


def _rewritten(text: str, words: tuple[tuple[str, str], ...]) -> str:
    for real, shown in words:
        text = text.replace(real, shown)
    return text


if __name__ == "__main__":
    record()
