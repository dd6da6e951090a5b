"""The whole product on real software: five nights of one fictional school, from its servers to its workbooks."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from filelock import FileLock
from imitations.picture_readers import stand_in_readers
from imitations.x_api import TOKEN
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from servers.school import (
    CHILDREN,
    FORMULA,
    OF_OTHERS,
    PICTURED,
    PLANTED,
    POND_WITHOUT_PLACE,
    RUN_BY_MUM,
    TIDY,
    TIDY_ROWS,
    X_CHILD,
    HazelbrookSchool,
)
from typer.testing import CliRunner

from audit.cli import app
from checks import CHECKS
from checks.finding import fingerprint
from connectors import pictures

ROOT = Path(__file__).resolve().parents[1]
LEFT = tuple(plant for plant in PLANTED if plant.left)
BOOKS = ("governors", "it", "safeguarding")

NOT_HERE = {
    "PLT-02": "only YouTube says whom a film is for: tests/connectors/test_youtube.py and tests/checks/test_platform.py",
    "CNT-08": "a person attests it; it never finds anything by itself",
    "LNK-02": "links are not asked here, for they lead out of this machine: tests/audit/test_links_of_nights.py",
    "LNK-04": "as LNK-02",
    "LNK-06": "as LNK-02",
}
"""Checks that are not planted, and why."""

NEVER_PASSES = {"IMG-07"}
"""What no program can clear; a person looks."""

OF_PICTURES = {"IMG-01", "IMG-02", "IMG-03", "IMG-05", "IMG-06", "IMG-08", "CNT-09"}
"""Checks that need to have seen a picture."""

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(HazelbrookSchool.missing() is not None, reason=HazelbrookSchool.missing() or ""),
]


@dataclass(frozen=True)
class Night:
    """What one run left behind: its exit code, what it printed, run.json, copies of its files.

    `fetched` are the addresses of the pictures that it asked for.
    """

    exit_code: int
    said: str
    record: dict
    files: Path
    cost: float
    fetched: tuple[str, ...]

    def findings(self, *states):
        """The findings of run.json in some states, by fingerprint; all that are not closed by default."""
        return {
            one["fingerprint"]: one
            for one in self.record["findings"]
            if (one["state"] in states if states else one["state"] != "closed")
        }

    def table(self, book, sheet):
        """The rows of a sheet, by the names in its hidden row."""
        rows = self.sheet(book, sheet)
        data = dict(row[:2] for row in self.sheet(book, "Run data"))
        keys = int(data["key_row"]) - 1
        return [dict(zip(rows[keys], row, strict=True)) for row in rows[keys + 2 :] if any(map(str, row))]

    def sheet(self, book, name):
        """The rows of a sheet, from its first column on."""
        workbook = CalamineWorkbook.from_path(self.files / f"{book}.xlsx")
        return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)

    def links(self, book, name):
        """Where the links of a sheet lead, addresses alone."""
        sheet = load_workbook(self.files / f"{book}.xlsx")[name]
        return [cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink]

    def texts(self, book):
        """Every cell of a workbook, as text."""
        workbook = CalamineWorkbook.from_path(self.files / f"{book}.xlsx")
        return [str(cell) for name in workbook.sheet_names for row in self.sheet(book, name) for cell in row]

    def everything(self, *books):
        """All that a night wrote for some readers, in one text: cells, run.json, its log and its notice."""
        cells = [text for book in books for text in self.texts(book)]
        logs = [path.read_text(encoding="utf-8") for path in sorted((self.files / "logs").iterdir())]
        return "\n".join([*cells, json.dumps(self.record, ensure_ascii=False), *logs, self.said]).casefold()


@dataclass(frozen=True)
class Story:
    """The school, as it was before it was repaired and is now, its nights by number, and its marks by plant."""

    school: HazelbrookSchool
    folder: Path
    nights: dict
    marks: dict
    keys: dict


def run(school, folder, on, *options, keep=None):
    """One night by the command line, in this process."""
    school.x.now = datetime.fromisoformat(f"{on}T02:00+00:00")
    before = school.x.cost
    school.fetched.clear()
    result = CliRunner().invoke(app, ["run", str(folder), "--on", on, *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    record = json.loads((folder / "reports" / on / "run.json").read_text(encoding="utf-8"))
    files = keep or folder / "kept" / on
    shutil.copytree(folder / "state" / "logs", files / "logs")
    shutil.copy(folder / "state" / "audit.db", files)
    for book in BOOKS:
        shutil.copy(folder / "reports" / f"{book}.xlsx", files)
    cost = float(school.x.cost - before)
    return Night(result.exit_code, result.output, record, files, cost, tuple(school.fetched))


def command(*arguments):
    """The command line in a process of its own."""
    code = "from audit.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, env=environment, check=False
    )


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """The school on its servers, its drawn pictures read by stand-ins; `fetched` are the pictures asked for."""
    fetch = pictures.fetch
    with (
        HazelbrookSchool(tmp_path_factory.mktemp("servers")) as opened,
        stand_in_readers(),
        pytest.MonkeyPatch.context() as patch,
    ):
        opened.fetched = []

        def noted(address, *rest):
            opened.fetched.append(address)
            return fetch(address, *rest)

        patch.setattr(pictures, "fetch", noted)
        yield opened


@pytest.fixture(scope="module")
def recorded(school, tmp_path_factory):
    """The school as it was found, recorded on hosts of which nothing says that they are test hosts, and replayed."""
    folder = tmp_path_factory.mktemp("recorded")
    live = school.write_folder(folder / "live", hosts="private_hosts")
    again = school.write_folder(folder / "again", hosts="private_hosts")
    recording = folder / "night.jsonl.gz"
    first = run(school, live, "2026-11-21", "--record", str(recording))
    return first, run(school, again, "2026-11-21", "--replay", str(recording)), recording


@pytest.fixture(scope="module")
def story(school, recorded, tmp_path_factory):
    """Night 1 as found, 2 unchanged, 3 repaired, 4 with two servers down, 5 with all of them up again."""
    folder = school.write_folder(tmp_path_factory.mktemp("school") / "hazelbrook")
    keys = {plant: school.key(plant) for plant in PLANTED}
    marks = {plant: fingerprint(*school.mark(plant)) for plant in PLANTED}
    nights = {1: run(school, folder, "2026-11-22"), 2: run(school, folder, "2026-11-23")}
    school.repair()
    school.write_folder(folder)
    say_done(folder / "reports" / "it.xlsx")
    nights[3] = run(school, folder, "2026-11-24")
    school.bluesky.stop()
    school.blog.stop()
    nights[4] = run(school, folder, "2026-11-25")
    school.bluesky.start()
    school.blog.start()
    nights[5] = run(school, folder, "2026-11-26")
    return Story(school, folder, nights, marks, keys)


def say_done(path):
    """Answer every row of IT's with "Done - please re-check", as somebody does who wants a clean sheet."""
    workbook = load_workbook(path)
    sheet = workbook["Actions"]
    status = next(cell.column for cell in sheet[3] if cell.value == "answer_status")
    for row in sheet.iter_rows(min_row=5, min_col=status, max_col=status):
        if row[0].value is None:
            row[0].value = "Done - please re-check"
    workbook.save(path)


def marks(story, plants):
    return {story.marks[plant]: plant for plant in plants}


def same(found, expected):
    """Fail with what is missing and what is too much."""
    missing = [expected[mark] for mark in expected.keys() - found.keys()]
    extra = [found[mark] for mark in found.keys() - expected.keys()]
    assert (missing, extra) == ([], [])


class TestFirstNight:
    def test_finds_exactly_what_was_planted(self, story):
        """Every planted indicator is an open finding of its account and item, and nothing else is."""
        found = story.nights[1].findings()
        same(found, marks(story, PLANTED))
        where = {mark: (one["check"], one["account"]) for mark, one in found.items()}
        assert where == {story.marks[plant]: (plant.listed or plant.check, story.keys[plant]) for plant in PLANTED}
        assert {one["delta"] for one in found.values()} == {"new"}

    def test_every_check_found_its_own(self, story):
        """The checks that found something are those that were planted, account by account."""
        outcomes = story.nights[1].record["outcomes"]
        found = {(one["check"], one["account"]) for one in outcomes if one["outcome"] in ("finding", "review")}
        assert found == {(plant.check, story.keys[plant]) for plant in PLANTED}

    def test_every_check_of_this_version_is_planted(self):
        """No check goes unproved: planted here, or proved where a platform shows what real software here does not."""
        assert {plant.check for plant in PLANTED} == {check.id for check in CHECKS} - NOT_HERE.keys()

    def test_is_complete_and_alarms(self, story):
        """Everything was read, and something serious is open: exit code 3."""
        night = story.nights[1]
        assert night.record["run"]["incomplete"] == []
        assert night.exit_code == night.record["run"]["exit_code"] == 3

    def test_the_account_in_order_passes(self, story):
        """The tidy account ends every check that concerns it with a pass."""
        mine = [one for one in story.nights[1].record["outcomes"] if one["account"] == story.school.rows["main"].key]
        apart = NOT_HERE.keys() | NEVER_PASSES
        asked = [one for one in mine if one["outcome"] != "not applicable" and one["check"] not in apart]
        assert Counter(one["outcome"] for one in asked).keys() == {"pass"}

    def test_requirements_that_are_not_adopted_only_recommend(self, story):
        """Until governors adopt the requirements, findings on them alone are recommendations."""
        recommended = {one["check"] for one in story.nights[1].findings().values() if one["recommended"]}
        assert recommended == {"REG-05", "REG-07", "REG-09", "REG-15", "ID-01", "ID-02", "ID-04"}


class TestLaterNights:
    def test_night_2_finds_the_same(self, story):
        """Unchanged, everything persists; what is not due before Tuesday's sweep is not re-checked."""
        found = story.nights[2].findings()
        same(found, marks(story, PLANTED))
        not_due = {mark for mark, one in found.items() if one["delta"] == "not re-checked"}
        of_followers = [plant for plant in PLANTED if plant.row == "x" and plant.check in ("AGE-02", "AGE-03")]
        assert not_due == {story.marks[plant] for plant in of_followers}
        assert {one["delta"] for mark, one in found.items() if mark not in not_due} == {"persisting"}

    def test_night_2_asks_no_more_and_pays_less(self, story):
        """The second night asks each server hardly more than the first did, and X for what is new only."""
        first, second = (story.nights[number].record["requests"] for number in (1, 2))
        assert second.keys() == first.keys()
        assert all(second[host] <= first[host] + 2 for host in first)
        assert story.nights[2].cost < story.nights[1].cost / 2
        for number in (1, 2, 3):
            night = story.nights[number]
            assert night.record["spent"]["x"] == pytest.approx(night.cost)

    def test_night_3_says_fixed(self, story):
        """What was put right is fixed, what was left persists, and nothing is new."""
        night = story.nights[3]
        same(night.findings(), marks(story, LEFT))
        assert {one["delta"] for one in night.findings().values()} == {"persisting"}
        closed = night.findings("closed")
        same(closed, marks(story, [plant for plant in PLANTED if not plant.left]))
        assert {one["delta"] for one in closed.values()} == {"fixed"}

    def test_a_renamed_account_stays_the_same(self, story):
        """Findings of an account with a new handle go on under the register's new row."""
        left = story.nights[3].findings()
        assert {left[story.marks[plant]]["account"] for plant in LEFT if plant.row == "class"} == {
            "bluesky:hazelbrookyear4.test"
        }

    def test_night_4_closes_nothing(self, story):
        """With two servers down the run is incomplete, their findings are not re-checked, and none is fixed."""
        night = story.nights[4]
        assert night.exit_code == 4
        on_bluesky = [row.key for row in story.school.rows.values() if row.platform == "bluesky"]
        down = {story.school.rows["blog"].key, *on_bluesky}
        missed = [one for one in night.record["coverage"] if one["status"] == "failed"]
        assert {one["account"] for one in missed} == down
        assert len(night.record["run"]["incomplete"]) == len(down)
        found = night.findings()
        reads = {check.id for check in CHECKS if check.needs}
        rows = ("class", "blog", "year6", "fun")
        down = {story.marks[plant] for plant in LEFT if plant.row in rows and plant.check in reads}
        assert {found[mark]["delta"] for mark in down} == {"not re-checked"}
        assert all(found[mark]["why"] for mark in down), [found[mark] for mark in down if not found[mark]["why"]]
        assert marks(story, LEFT).keys() <= found.keys()
        others = {one["check"] for mark, one in found.items() if mark not in marks(story, LEFT)}
        assert others == {"COV-01"}
        assert not night.findings("closed")

    def test_night_5_is_as_night_3(self, story):
        """With the servers back everything is read again, and what was left is still there."""
        night = story.nights[5]
        same(night.findings(), marks(story, LEFT))
        assert {one["delta"] for one in night.findings().values()} == {"persisting"}
        assert {one["check"] for one in night.findings("closed").values()} == {"COV-01"}
        assert night.exit_code == 3
        assert night.record["run"]["incomplete"] == []


class TestAnswers:
    def test_done_is_believed_once_it_is_gone(self, story):
        """Of everything that IT called done the audit confirms what is gone, and asks again for what is still there."""
        night = story.nights[3]
        # The day on which the file was saved is that of the machine.
        told = {re.sub(r"on \S+;", "on its day;", row["became"]) for row in night.table("it", "Your answers")}
        assert told == {
            "Taken over, and the finding was closed on 24/11/2026.",
            "Taken over, and emptied by the audit on 24/11/2026.",
            "Said to be done on its day; it was still there on 24/11/2026.",
        }
        rows = {row["mark"]: row for row in night.table("it", "Actions")}
        again = [row for row in rows.values() if "it was still there" in row["answered"]]
        assert len(again) > 20
        assert all(row["answer_status"] == "" for row in again)
        assert {row["mark"] for row in again} <= marks(story, LEFT).keys()

    def test_nobody_else_is_told(self, story):
        """The governors hear of what IT typed nothing, and the safeguarding lead neither."""
        for book in ("governors", "safeguarding"):
            heard = story.nights[3].sheet(book, "Your answers")
            assert not any("Done" in str(cell) for row in heard for cell in row)


class TestPictures:
    def test_each_is_fetched_once(self, story):
        """Five nights ask for each picture once: on the first night, or on the night after it was published."""
        fetched = {number: story.nights[number].fetched for number in story.nights}
        paths = Counter(urlsplit(address).path for addresses in fetched.values() for address in addresses)
        assert set(paths.values()) == {1}
        assert len(fetched[1]) == len(PICTURED) + 3  # on X, on the website, and of the forum's member
        replaced = {story.school.pictures[name].url for name in ("post with a reader", "post from the sea")}
        replaced.add(f"{story.school.website.base_url}/{POND_WITHOUT_PLACE.name}")
        assert set(fetched[3]) == replaced
        assert [fetched[number] for number in (2, 4, 5)] == [(), (), ()]

    def test_nothing_of_one_is_kept(self, story):
        """No picture is in what five nights left behind, neither as it was published nor cut out of it."""
        for path in story.folder.rglob("*"):
            if path.is_file() and path.suffix != ".xlsx":
                assert not any(mark in path.read_bytes() for mark in (b"\x89PNG\r\n", b"\xff\xd8\xff")), path
            elif path.is_file():
                with zipfile.ZipFile(path) as parts:
                    assert [name for name in parts.namelist() if "media" in name] == [], path


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
class TestTheFilesAgree:
    def test_summary(self, story, number):
        """The Summary's numbers are those of run.json, and its clauses add up to them."""
        night = story.nights[number]
        counts = night.record["counts"]
        rows = [[cell for cell in row if cell != ""] for row in night.sheet("governors", "Summary")]
        tiles = rows[next(i for i, row in enumerate(rows) if "of the checks concluded" in row) - 1]
        assert tiles[1:] == [
            counts["open"]["critical"], counts["open"]["high"], counts["open_total"], counts["awaiting"],
            counts["not_audited"],
        ]  # fmt: skip
        assert tiles[0] == f"{int(counts['coverage'] * 100)}%"
        clauses = {row[0]: row[2:6] for row in rows if row and row[0] in ("7.1", "7.2", "7.3", "7.4", "Governance")}
        total = next(row[1:5] for row in rows if row and row[0] == "All")
        assert len(clauses) == 5
        assert [sum(column) for column in zip(*clauses.values(), strict=True)] == total
        assert total == [counts["open_total"], counts["awaiting"], counts["not_audited"], counts["closed"]]

    def test_findings_and_actions(self, story, number):
        """Findings and Actions have one row for each open finding of run.json, under the same id."""
        night = story.nights[number]
        opened = night.findings("open")
        listed = {row["id"]: row for row in night.table("governors", "Findings")}
        assert listed.keys() == {one["id"] for one in opened.values()}
        assert {row["id"] for row in night.table("it", "Actions")} == listed.keys()
        severities = Counter(row["severity"].casefold() for row in listed.values() if row["standing"] == "Finding")
        assert severities == Counter({name: n for name, n in night.record["counts"]["open"].items() if n})
        assert sum(one["recommended"] for one in opened.values()) == night.record["counts"]["recommendations"]
        words = {"new": "New", "persisting": "Still open", "reopened": "Open again", "not re-checked": "Not re-checked"}
        shown = {row["id"]: row["since_last_night"] for row in listed.values()}
        assert {one["id"]: shown[one["id"]] for one in opened.values()} == {
            one["id"]: words[one["delta"]] for one in opened.values()
        }

    def test_accounts_and_clauses(self, story, number):
        """Accounts has a row for each row of the register; with the school's own findings they add up."""
        night = story.nights[number]
        accounts = night.table("governors", "Accounts")
        assert len(accounts) == len(story.school.rows)
        counting = [one for one in night.findings("open").values() if not one["recommended"]]
        of_school = sum(one["account"] == "" for one in counting)
        assert sum(row["open"] for row in accounts) + of_school == night.record["counts"]["open_total"]
        clauses = night.table("governors", "Clauses")
        for column in ("open", "awaiting", "not_audited"):
            expected = night.record["counts"]["open_total" if column == "open" else column]
            assert sum(row[column] or 0 for row in clauses) == expected

    def test_coverage(self, story, number):
        """Both Coverage sheets have one row for each outcome of run.json."""
        night = story.nights[number]
        outcomes = Counter(
            one["outcome"] + (", carried over" if one["carried"] else "") for one in night.record["outcomes"]
        )
        for book in ("governors", "it"):
            assert Counter(row["outcome"].casefold() for row in night.table(book, "Coverage")) == outcomes

    def test_the_notice_counts_the_same(self, story, number):
        """What cron mails has the counts of run.json."""
        night = story.nights[number]
        counts = night.record["counts"]
        assert f"{counts['open_total']} open (" in night.said
        assert f"{counts['new']} new, {counts['fixed']} closed" in night.said


class TestWhatNobodyMaySee:
    @pytest.mark.parametrize("number", [1, 3, 4])
    def test_others_stay_out_of_the_workbooks(self, story, number):
        """No name, handle, bio or reply of anybody else is in governors', IT's, run.json, log or notice."""
        written = story.nights[number].everything("governors", "it")
        assert [words for words in OF_OTHERS if words in written] == []

    def test_the_key_is_nowhere(self, story):
        """The token of X is in no file that a night wrote."""
        for night in story.nights.values():
            assert TOKEN.casefold() not in night.everything(*BOOKS)
        for path in story.folder.rglob("*"):
            if path.is_file() and path.name != "secrets.toml":
                assert TOKEN.encode() not in path.read_bytes(), path

    def test_the_ledger_knows_flagged_people_by_their_address_only(self, story):
        """Of others the ledger has nothing but the public address of those who are flagged."""
        kept = (story.nights[1].files / "audit.db").read_bytes().lower()
        for words in OF_OTHERS:
            if words.encode() in X_CHILD.handle.encode():
                found = kept.replace(f"https://x.com/{X_CHILD.handle}".encode(), b"")
                assert words.encode() not in found
            else:
                assert words.encode() not in kept, words
        flagged = {story.school.dids[child.handle].encode() for child in CHILDREN}
        assert all(did in kept for did in flagged)
        others = {did.encode() for handle, did in story.school.dids.items() if "planted" in handle} - flagged
        known = ("samplanted.test", "alfieplanted.test", "robinplanted.test", RUN_BY_MUM)  # wrote, is followed, follows
        known = {story.school.dids[name].encode() for name in known}
        assert [did for did in others - known if did in kept] == []

    def test_the_ledger_forgets_with_the_finding(self, story):
        """When a finding closes, what was kept of the people behind it goes, from the file too."""
        kept = (story.nights[3].files / "audit.db").read_bytes()
        assert X_CHILD.handle.encode() not in kept
        assert story.school.dids["alfieplanted.test"].encode() not in kept

    def test_the_safeguarding_lead_gets_the_addresses(self, story):
        """The safeguarding workbook has the profile of everybody flagged, and no word of theirs."""
        night = story.nights[1]
        shown = {target for target in night.links("safeguarding", "To review") if target}
        dids = [story.school.dids[person.handle] for person in CHILDREN]
        dids.append(story.school.dids["alfieplanted.test"])
        people = {*(f"https://bsky.app/profile/{did}" for did in dids), f"https://x.com/{X_CHILD.handle}"}
        assert people <= shown
        posts = (item.removeprefix("at://").split("/") for item in story.school.items.values() if item[:3] == "at:")
        of_items = {f"https://bsky.app/profile/{did}/post/{key}" for did, _, key in posts}
        of_items |= set(story.school.addresses.values())
        of_items.add(f"https://x.com/HazelbrookPri/status/{story.school.items['sensitive post']}")
        accounts = {row["address"] for row in night.table("governors", "Accounts")}
        mum = f"https://bsky.app/profile/{story.school.dids[RUN_BY_MUM]}"
        assert shown - people - of_items - accounts - {mum} == set()
        written = "\n".join(night.texts("safeguarding")).casefold()
        assert [words for words in OF_OTHERS if words in written and words != "_planted"] == []
        assert "new items in the safeguarding workbook" in night.said

    def test_formulas_arrive_as_text(self, story):
        """A handle, title or bio that looks like a formula stays text, and leads nowhere."""
        night = story.nights[1]
        assert any(FORMULA in text for text in night.texts("governors"))
        for book in BOOKS:
            with zipfile.ZipFile(night.files / f"{book}.xlsx") as parts:
                for name in parts.namelist():
                    content = parts.read(name)
                    assert not (name.startswith("xl/worksheets/sheet") and re.search(rb"<f[ >]", content)), name
                    assert not (name.endswith(".rels") and b"formula.invalid" in content), name


class TestRecording:
    def test_nobody_else_is_in_it(self, recorded):
        """A recording of hosts that are not test hosts has no name, handle, bio, reply or key of anybody."""
        content = gzip.decompress(recorded[2].read_bytes()).decode().casefold()
        assert len(content) > 10_000
        assert [words for words in (*OF_OTHERS, TOKEN.casefold()) if words in content] == []

    def test_no_picture_is_in_it(self, recorded):
        """Every picture was asked for, and of none is there a byte."""
        lines = [json.loads(line) for line in gzip.decompress(recorded[2].read_bytes()).splitlines()[1:]]
        shown = {urlsplit(address).path for address in recorded[0].fetched}
        asked = [line for line in lines if urlsplit(line["url"]).path in shown]
        assert len(asked) == len(shown) == len(PICTURED) + 3
        assert [line for line in asked if line["body"] or not line["withheld"]] == []
        assert [line["url"] for line in lines if "base64" in line] == []

    def test_a_replay_comes_to_the_same(self, recorded):
        """Replayed without a network it comes to the same outcomes, but for what stand-ins and no pictures say."""
        live, replayed, _ = recorded
        said_by_others = {"AGE-02", "AGE-03", "AGE-04", "AGE-05", "AGE-07", "CNT-02", "CON-05", "TRV-03"}

        def outcomes(night):
            return {
                (one["check"], one["account"]): one["outcome"]
                for one in night.record["outcomes"]
                if one["check"] not in said_by_others | OF_PICTURES
            }

        assert outcomes(replayed) == outcomes(live)
        assert replayed.record["run"]["replayed"]


class TestCommandLine:
    def test_doctor_proves_every_account(self, story):
        """Doctor asks each platform once, says what it saw, and shows neither the key nor anybody else."""
        result = CliRunner().invoke(app, ["doctor", str(story.folder)])
        lines = result.output.splitlines()
        for name in ("main", "class", "x", "blog", "podcast", "article", "editor", "website"):
            row = story.school.rows[name]
            named = row.cells.get("Handle") or row.cells["Address"]
            (line,) = [line for line in lines if f" {row.platform} {named}:" in line]
            assert line.startswith("ok"), line
        assert [words for words in (*OF_OTHERS, TOKEN) if words.casefold() in result.output.casefold()] == []

    def test_nothing_serious_is_0(self, story, tmp_path):
        """A complete night with nothing at the threshold ends with 0, and says so on one line."""
        folder = story.school.write_folder(tmp_path / "tidy", rows=TIDY_ROWS, settings=TIDY)
        done = command("run", folder, "--on", "2026-11-22")
        assert (done.returncode, done.stderr) == (0, "")
        assert len(done.stdout.splitlines()) == 1

    def test_a_broken_folder_is_2(self, story, tmp_path):
        """A register with errors stops the run before it begins, with every error at once."""
        folder = story.school.write_folder(tmp_path / "broken")
        text = (folder / "register.csv").read_text(encoding="utf-8").replace("10/01/2024", "soon", 2)
        (folder / "register.csv").write_text(text, encoding="utf-8")
        done = command("run", folder, "--on", "2026-11-22")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("register.csv") == 2
        assert not (folder / "state").exists()

    def test_two_at_once_is_5(self, story, tmp_path):
        """A second run does nothing while another is at work."""
        folder = story.school.write_folder(tmp_path / "busy")
        (folder / "state").mkdir()
        with FileLock(folder / "state" / "lock"):
            done = command("run", folder, "--on", "2026-11-22")
        assert done.returncode == 5
        assert not (folder / "reports").exists()

    def test_without_any_key_it_is_useful(self, story, tmp_path):
        """Without a key for X its account is a gap at once, everything else is read, and the run is complete."""
        folder = story.school.write_folder(tmp_path / "keyless", rows=("website", "main", "x"), settings=TIDY)
        (folder / "secrets.toml").unlink()
        night = run(story.school, folder, "2026-11-22")
        gaps = [one for one in night.findings().values() if one["check"] == "COV-01"]
        assert [(one["account"], one["severity"]) for one in gaps] == [(story.school.rows["x"].key, "medium")]
        assert night.exit_code == 0
        assert night.record["run"]["incomplete"] == []
