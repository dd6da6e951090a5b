"""The register: the school's own list of its official accounts, read from register.xlsx or register.csv.

It stays the school's: this module reads it and writes the empty form once, for `init`.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from audit.problems import Problem
from checks.policy import Policy
from checks.readers.profile_links import profile_shaped
from connectors.redaction import Redactor
from connectors.snapshot import Account

STATUSES = ("live", "parked", "seasonal", "closed")
KINDS = (
    "account", "page", "channel", "group", "article", "website", "feed", "personal-type profile",
)  # fmt: skip
OWN_ACCOUNT = re.compile(r"\b(own|private|staff'?s?|personal)\b(?!-type).*\baccount\b|\bpersonal$", re.IGNORECASE)
PERSONAL = "personal-type profile"
SAYS_PERSONAL = re.compile(r"\b(personal|private)\b", re.IGNORECASE)
"""However it is worded, such a profile is not collected."""
CHATS = ("irc://", "ircs://")
ADDRESSES = ("http", "https", "irc", "ircs")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the register: the account's field, the heading people see, its kind and a hint."""

    field: str
    heading: str
    kind: str
    hint: str
    width: int = 18


COLUMNS = (
    Column("platform", "Platform", "platform", "e.g. bluesky, x, facebook, website, blog, wikipedia"),
    Column("handle", "Handle", "text", "without @; leave empty for websites, blogs, podcasts and feeds"),
    Column(
        "address",
        "Address",
        "address",
        "https://... of the account, site, feed or article; ircs://... of a chatroom",
        38,
    ),
    Column("platform_id", "Platform id", "text", "optional: the platform's own number for the account"),
    Column("purpose", "Purpose", "text", "the educational, academic or business reason", 40),
    Column("audience", "Audience", "text", "e.g. parents and carers", 24),
    Column("owner", "Owner (role)", "text", "a role, not a name", 20),
    Column("administrators", "Administrators (roles)", "list", "roles, separated by ;", 28),
    Column("administrator_leaves_on", "Administrator leaves on", "date", "dd/mm/yyyy, the next to leave"),
    Column("moderators", "Moderators (roles)", "list", "roles, separated by ;", 24),
    Column("shared_login", "Shared login", "yes/no", "y or n"),
    Column("recovery_at_school", "Recovery address at the school's domain", "yes/no", "y or n"),
    Column("mfa_attested_on", "MFA attested on", "date", "dd/mm/yyyy"),
    Column("approved_by", "Approved by (role)", "text", "a role, not a name"),
    Column("approved_on", "Approved on", "date", "dd/mm/yyyy"),
    Column("created_on", "Created on", "date", "dd/mm/yyyy"),
    Column("older_than_policy", "Older than the policy", "yes/no", "y or n"),
    Column("next_review", "Next review", "date", "dd/mm/yyyy"),
    Column("exit_plan", "End or exit plan", "text", "when and how it ends", 28),
    Column("success_measure", "Success measure", "text", "how you know that it works", 28),
    Column("house_rules", "House rules address", "address", "https://... of the published rules", 28),
    Column("kind", "Kind", "kind", ", ".join(KINDS)),
    Column("status", "Status", "status", ", ".join(STATUSES)),
    Column("season", "Season", "text", "months in which a seasonal account is used, e.g. June-July"),
    Column(
        "consented_service",
        "Consented service (y/n)",
        "yes/no",
        "a service the school's parents consented to",
    ),
    Column("notes", "Notes", "text", "", 30),
)
MOST_TEXT = 2_000
LAST_DATE = date(2100, 1, 1)


def read_register(path: Path, policy: Policy) -> tuple[tuple[Account, ...], list[Problem]]:
    """The accounts of the register, and every problem in it. Empty rows are passed over."""
    problems: list[Problem] = []
    try:
        rows = list(
            csv_rows(path.read_bytes().decode("utf-8-sig")) if path.suffix.lower() == ".csv" else _excel_rows(path)
        )
    except UnicodeDecodeError:
        return (), [Problem(path.name, "", "is not UTF-8 text", "saved as 'CSV UTF-8', or as an .xlsx workbook")]
    except Exception as error:  # noqa: BLE001 - a damaged workbook breaks its readers in a dozen ways
        wrong = f"cannot be read ({type(error).__name__})"
        return (), [Problem(path.name, "", wrong, "a whole .xlsx or UTF-8 .csv file; is it open or half copied?")]
    headed = next((index for index, (_, row) in enumerate(rows) if _is_heading(row)), None)
    if headed is None:
        expected = "a row with the headings Platform, Handle, Address ..."
        return (), [Problem(path.name, "", "has no row of headings", expected)]
    number, headings = rows[headed]
    fields = _fields(path.name, number, headings, problems)
    accounts: list[Account] = []
    for number, row in rows[headed + 1 :]:
        cells = {field: row[index] for index, field in fields.items() if index < len(row)}
        if any(_text(value) for value in row[len(headings) :]):
            wrong = f"holds more cells than there are headings ({len(headings)})"
            problems.append(Problem(path.name, f"row {number}", wrong, 'a text with a comma inside "quotation marks"'))
            continue
        if all(_text(value) == "" for value in cells.values()):
            continue
        account = _account(path.name, number, cells, policy, problems)
        if account:
            accounts.append(account)
    _duplicates(path.name, accounts, problems)
    return tuple(accounts), problems


def csv_rows(text: str) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a CSV text, each with the number of its last line. Raises csv.Error."""
    dialect = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.reader(text.splitlines(keepends=True), delimiter=dialect, strict=True)
    for row in reader:
        yield reader.line_num, list(row)


def _excel_rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    with path.open("rb") as file:
        book = load_workbook(file, read_only=True, data_only=True)
        sheet = book["Register"] if "Register" in book.sheetnames else book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, list(row)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub(r"\s+", " ", str(value)).strip()


def _plain(heading: Any) -> str:
    return re.sub(r"[^a-z]", "", re.sub(r"\(.*?\)", "", _text(heading).casefold()))


BY_HEADING = {_plain(column.heading): column for column in COLUMNS}
BY_FIELD = {column.field: column for column in COLUMNS}


def _is_heading(row: list[Any]) -> bool:
    names = {_plain(value) for value in row}
    return "platform" in names and bool(names & {"handle", "address", "handleoraddress"})


def _fields(name: str, number: int, headings: list[Any], problems: list[Problem]) -> dict[int, str]:
    fields: dict[int, str] = {}
    for index, heading in enumerate(headings):
        if not _text(heading):
            continue
        column = BY_HEADING.get(_plain(heading))
        place = f"row {number}, column {get_column_letter(index + 1)}"
        if column is None:
            expected = "one of " + ", ".join(column.heading for column in COLUMNS)
            problems.append(Problem(name, place, f"the heading {_text(heading)!r} is not known", expected))
        elif column.field in fields.values():
            problems.append(Problem(name, place, f"the heading {_text(heading)!r} stands twice", "each heading once"))
        else:
            fields[index] = column.field
    return fields


def _account(
    name: str, number: int, cells: Mapping[str, Any], policy: Policy, problems: list[Problem]
) -> Account | None:
    before = len(problems)

    def wrong(column: Column, what: str, expected: str) -> None:
        problems.append(Problem(name, f"row {number}, column '{column.heading}'", what, expected))

    values: dict[str, Any] = {}
    for column in COLUMNS:
        if column.field in cells:
            values[column.field] = _value(column, cells[column.field], policy, wrong)
    if not values.get("platform") and len(problems) == before:
        wrong(COLUMNS[0], "is empty", "one of " + ", ".join(sorted(policy.platforms)))
    if OWN_ACCOUNT.search(_text(cells.get("kind"))):
        kind = next(column for column in COLUMNS if column.field == "kind")
        wrong(kind, "a person's own account does not belong on the register", "official accounts only")
    if not any(_text(cells.get(field)) for field in ("handle", "address")):
        wrong(COLUMNS[1], "there is neither a handle nor an address", "one of the two")
    if len(problems) > before:
        return None
    values = {field: value for field, value in values.items() if value not in ("", None)}
    return _identified(values, number, policy)


def _identified(values: dict[str, Any], number: int, policy: Policy) -> Account:
    """Complete handle and address from each other, and name the row by its key."""
    platform = values["platform"]
    handle = values.get("handle", "").lstrip("@")
    address = values.get("address", "")
    pattern = policy.platforms[platform].profile
    site = pattern == "{handle}"  # known by its address, not by a handle
    if address.startswith(CHATS):
        address = address.replace("#", "%23")  # of a channel's name, not the beginning of a fragment
        handle = handle or unquote(urlsplit(address).path.strip("/"))
    if not handle and address and not site and (found := profile_shaped(address)):
        handle = found[1]
    if not address and handle and pattern:
        address = pattern.replace("{handle}", handle.replace(" ", "_")).replace("{id}", handle)
    if site or not handle:
        # On one forum or chat server several accounts may be the school's.
        named = handle and quote(handle.casefold(), safe="/:") not in address.casefold()
        key = tidy_address(address) + (f" {handle.casefold()}" if named else "")
    else:
        key = (handle.replace("_", " ") if platform == "wikipedia" else handle).casefold()
    values.update(handle=handle, address=address)
    return Account(key=f"{platform}:{key}", row=number, **values)


def tidy_address(address: str) -> str:
    """An address without what does not tell two places apart: scheme, www, case of the host, last slash."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}"


def _value(column: Column, raw: Any, policy: Policy, wrong: Any) -> Any:
    text = _text(raw)
    if column.kind == "date":
        return _date(column, raw, text, wrong)
    if len(text) > MOST_TEXT:
        wrong(column, f"holds {len(text)} characters", f"at most {MOST_TEXT}")
        return None
    if text == "":
        return None
    match column.kind:
        case "yes/no":
            return _yes_no(column, text, wrong)
        case "list":
            return tuple(part.strip() for part in re.split(r"[;\n]", text) if part.strip())
        case "platform":
            return _platform(column, text, policy, wrong)
        case "status":
            if text.casefold() in STATUSES:
                return text.casefold()
            wrong(column, f"is {text!r}", "one of " + ", ".join(STATUSES))
        case "kind":
            return PERSONAL if SAYS_PERSONAL.search(text) else text.casefold()
        case "address" if not _is_address(text):
            wrong(column, f"is {Redactor().text(text)!r}", "an address such as https://www.school.example")
        case "address" if Redactor().text(text) != text:
            shown = "holds what looks like a key or password, and the governors' workbook shows addresses"
            wrong(column, shown, "the address that everybody may open")
        case _:
            return text
    return None


def _yes_no(column: Column, text: str, wrong: Any) -> bool | None:
    if text.casefold() in ("y", "yes", "true", "1"):
        return True
    if text.casefold() in ("n", "no", "false", "0"):
        return False
    wrong(column, f"is {text!r}", "y or n")
    return None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ADDRESSES and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def _platform(column: Column, text: str, policy: Policy, wrong: Any) -> str | None:
    folded = text.casefold()
    for key, platform in policy.platforms.items():
        if folded in (key, key.replace("_", " "), platform.name.casefold()):
            return key
    aliases = {"twitter": "x", "x (twitter)": "x"}
    if folded in aliases:
        return aliases[folded]
    wrong(column, f"is {text!r}", "one of " + ", ".join(sorted(policy.platforms)))
    return None


def _date(column: Column, raw: Any, text: str, wrong: Any) -> date | None:
    if text == "":
        return None
    found: date | None = None
    if isinstance(raw, datetime):
        found = raw.date()
    elif isinstance(raw, date):
        found = raw
    else:
        for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y"):
            try:
                found = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
                break
            except ValueError:
                continue
    if found is None or not date(1990, 1, 1) <= found <= LAST_DATE:
        wrong(column, f"is {text!r}", "a date such as 25/11/2026")
        return None
    return found


def _duplicates(name: str, accounts: list[Account], problems: list[Problem]) -> None:
    seen: dict[str, Account] = {}
    for account in accounts:
        for key in (account.key, f"id:{account.platform}:{account.platform_id}"):
            if key.endswith(":"):
                continue
            if key in seen:
                place = f"row {account.row}"
                problems.append(Problem(name, place, f"the same account as row {seen[key].row}", "each account once"))
                break
            seen[key] = account


def write_form(path: Path, policy: Policy) -> None:
    """Write an empty register for the school to fill in, with hints and lists to choose from."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Register"
    lists = book.create_sheet("Lists")
    lists.sheet_state = "hidden"
    choices = {
        "platform": sorted(policy.platforms),
        "status": list(STATUSES),
        "kind": list(KINDS),
        "yes/no": ["y", "n"],
    }
    ranges: dict[str, str] = {}
    for index, (kind, words) in enumerate(choices.items(), 1):
        letter = get_column_letter(index)
        for number, word in enumerate(words, 1):
            lists.cell(number, index, word)
        ranges[kind] = f"Lists!${letter}$1:${letter}${len(words)}"
    for index, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(index)
        heading = sheet.cell(1, index, column.heading)
        heading.font = Font(name="Calibri", bold=True, color="FFFFFF")
        heading.fill = PatternFill("solid", fgColor="12324A")
        heading.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[letter].width = column.width
        if column.kind in ranges:
            validation = DataValidation(type="list", formula1=ranges[column.kind], allow_blank=True)
        else:
            validation = DataValidation(allow_blank=True)
        validation.promptTitle, validation.prompt = column.heading[:32], column.hint[:250]
        validation.showInputMessage = bool(column.hint)
        validation.add(f"{letter}2:{letter}201")
        sheet.add_data_validation(validation)
    sheet.row_dimensions[1].height = 48
    sheet.freeze_panes = "C2"
    book.properties.title = "Register of official social media accounts"
    book.save(path)
