"""Recordings of a night's traffic, in which other people are replaced by stand-ins, and their replay."""

import base64
import binascii
import gzip
import hashlib
import html
import json
import os
import random
import re
import secrets
import shutil
import tempfile
import threading
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode

from urllib3.util import parse_url

from connectors.connector import ConnectorError, NotRecorded
from connectors.redaction import Redactor

if TYPE_CHECKING:
    from connectors.answer import Answer

FORMAT = "school-audit recording"
VERSION = 1

_KEPT_HEADERS = frozenset({"content-type", "date", "link", "location", "retry-after"})
DEFAULT_PORTS = {"http": 80, "https": 443, "irc": 6667, "ircs": 6697}
_FIRST_ERROR_STATUS = 400
_LONG_NUMBER = 100_000
_BINARY = re.compile(r"(?i)\s*(image|audio|video|font|application/(octet-stream|pdf|zip))")

_DID = re.compile(r"did:[a-z]+:[\w.:%-]+")  # https://www.w3.org/TR/did-core/#did-syntax
_DID_IN_ADDRESS = re.compile(r"did(?::|%3A)[a-z]+(?::|%3A)[\w.-]+")

_GRAM = 6  # characters from which an id or a handle is looked for even inside a longer word
_SHORTEST = 3  # characters; a shorter one is not looked for: it would be found everywhere
# No vowels and no digits, so that no stand-in happens to be a word, an age or a year.
_CONSONANTS = "bcdfghjklmnpqrstvwxz"
_SYLLABLES = tuple(consonant + vowel for consonant in "bdfglmnprstv" for vowel in "aiou")


class BadRecording(ValueError):
    """The file is not a recording that this version can replay; the message says why."""


def host_of(url: str) -> str:
    """`host` or `host:port` of an address, in lower case, without the scheme's own port."""
    parts = parse_url(url)
    usual = parts.port in (None, DEFAULT_PORTS.get(parts.scheme or ""))
    return parts.host or "" if usual else f"{parts.host}:{parts.port}"


def listed(host: str, hosts: Collection[str]) -> bool:
    """Whether `host` or `host:port` is among `hosts`, by itself or by its name on every port."""
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return host in hosts or name in hosts


def normalised(url: str, redactor: Redactor) -> str:
    """The address as recordings know it: query sorted, no fragment, no secrets."""
    parts = parse_url(redactor.text(url))
    query = urlencode(sorted(parse_qsl(parts.query or "", keep_blank_values=True)), safe="*")
    return f"{parts.scheme}://{host_of(url)}{parts.path or '/'}" + (f"?{query}" if query else "")


class StandIns:
    """Stable invented people for one recording: the same real person is always the same stand-in.

    They are keyed by a random key that is not kept, so that nobody can work back from a recording. Every id,
    handle and name that was replaced is remembered in memory, and `replace` finds it wherever it turns up
    again, in keys, values and addresses; privacy comes before a recording that replays. A name, or anything
    shorter than six characters, is found as a whole word only; what stands inside one of the strings in
    `own` (the school's names, handles, hosts) is not looked for. What is empty stays empty. Thread-safe.
    """

    def __init__(self, own: Iterable[str] = ()) -> None:
        self._own = frozenset(_folded(text) for text in own)
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._replacements: dict[str, str] = {}
        self._anywhere: set[str] = set()
        # Some characters of a real string -> how far into it they stand, and the string.
        self._index: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self._widths: set[int] = set()  # of those characters

    def spare(self, own: Iterable[str]) -> None:
        """Leave these alone too: ids of the school's own accounts that became known since."""
        with self._lock:
            self._own |= {_folded(text) for text in own}

    def id(self, real: Any, like: str = "text") -> Any:
        """A stand-in for a platform's id: `like` is `did`, `number` or `text`. An int becomes an int."""
        if not real:
            return real
        match like:
            case "number":
                # 18 digits, as the ids of large platforms have, and within 64 bits
                number = 9 * 10**17 + self._digest("id", str(real)) % 10**17
                self._remember(str(real), str(number), anywhere=True)
                return number if isinstance(real, int) else str(number)
            case "did":
                stand_in = f"did:plc:{self._letters('id', real, 24)}"
            case "text":
                stand_in = f"anon{self._letters('id', str(real), 20)}"
            case _:
                raise ValueError(f"no such kind of id: {like}")
        self._remember(str(real), stand_in, anywhere=True)
        return stand_in

    def handle(self, real: str) -> str:
        """A stand-in for a handle, of the same shape: `@`, one word, a domain, or user@host."""
        if real.startswith("@"):
            return f"@{self.handle(real[1:])}"
        if not real:
            return real
        letters = self._letters("handle", _folded(real), 10)
        stand_in = f"anon_{letters}"  # 15 characters, all that X allows
        if "@" in real:
            stand_in = f"{stand_in}@anon.example"
        elif "." in real:
            stand_in = f"anon-{letters}.example"
        self._remember(real, stand_in, anywhere=True)
        return stand_in

    def name(self, real: str) -> str:
        """A stand-in for a display name."""
        if not real.strip():
            return real
        stand_in = f"Anon {self._letters('name', real, 10).title()}"
        self._remember(real, stand_in, anywhere=False)
        return stand_in

    def text(self, real: str) -> str:
        """Neutral text of similar length that has nothing of the original, links included."""
        if not real.strip():
            return real
        known = _folded(real)
        parts = set(re.findall(r"[^\W_]{3,}", known))
        rng = random.Random(self._digest("text", real))  # noqa: S311 - the keyed digest is the secret part
        words: list[str] = []
        for _ in range(len(real)):
            word = "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4)))
            if word not in known and not any(part in word for part in parts):
                words.append(word)
            if sum(map(len, words)) + len(words) > len(real):
                break
        return " ".join(words)

    def address(self, real: str) -> str:
        """A stand-in for the address of another person's page or picture."""
        return f"https://anon.example/{self._letters('address', real, 16)}" if real else real

    def replace(self, text: str) -> str:
        """The text with every real id, handle and name seen so far replaced by its stand-in."""
        folded = _folded(text)
        with self._lock:
            # The longest of those that begin at the same place comes first and shadows the others.
            found = sorted(self._find(folded), key=lambda span: (span[0], -span[1]))
            pieces, done = [], 0
            for start, end in found:
                if start >= done:
                    pieces += [text[done:start], self._replacements[folded[start:end]]]
                    done = end
        return "".join(pieces) + text[done:]

    def _find(self, folded: str) -> Iterator[tuple[int, int]]:
        for width in self._widths:
            for at in range(len(folded) - width + 1):
                for offset, real in self._index.get(folded[at : at + width], ()):
                    start, end = at - offset, at - offset + len(real)
                    if start >= 0 and folded.startswith(real, start) and self._stands(folded, start, end):
                        yield start, end

    def _stands(self, folded: str, start: int, end: int) -> bool:
        before, real, after = folded[start - 1 : start], folded[start:end], folded[end : end + 1]
        if real in self._anywhere:
            # A number inside a longer number is another number.
            return not (real.isdigit() and (before.isdigit() or after.isdigit()))
        return not (before.isalnum() or after.isalnum())

    def _remember(self, real: str, stand_in: str, *, anywhere: bool) -> None:
        with self._lock:
            known = _folded(real)
            if len(known) < _SHORTEST or any(known in own for own in self._own):
                return
            if known in self._replacements and (known in self._anywhere or not anywhere):
                return
            spelt = {form(real): form(stand_in) for form in (str, _quoted, _quoted_all, _quoted_plus, html.escape)}
            for spelling, instead in spelt.items():
                self._add(_folded(spelling), instead, anywhere=anywhere)
                # A stand-in stands for itself: what a real string has in common with it must not break it.
                self._add(_folded(instead), instead, anywhere=True)

    def _add(self, real: str, stand_in: str, *, anywhere: bool) -> None:
        if anywhere and len(real) >= _GRAM:
            self._anywhere.add(real)
        if real in self._replacements:
            return
        self._replacements[real] = stand_in
        # Many ids begin alike (did:plc:), many handles end alike (.bsky.social): take the rarest place.
        width = min(len(real), _GRAM)
        places = {at: real[at : at + width] for at in (0, (len(real) - width) // 2, len(real) - width)}
        rarest = min(places, key=lambda at: len(self._index.get(places[at], ())))
        self._index[places[rarest]].append((rarest, real))
        self._widths.add(width)

    def _digest(self, kind: str, real: str) -> int:
        data = f"{kind}\0{real}".encode(errors="surrogatepass")
        return int.from_bytes(hashlib.blake2b(data, key=self._key, digest_size=32).digest())

    def _letters(self, kind: str, real: str, count: int) -> str:
        number, letters = self._digest(kind, real), ""
        for _ in range(count):
            number, letter = divmod(number, len(_CONSONANTS))
            letters += _CONSONANTS[letter]
        return letters


def _quoted(text: str) -> str:
    return quote(text, errors="replace")


def _quoted_all(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _quoted_plus(text: str) -> str:
    return quote_plus(text, errors="replace")


def _folded(text: str) -> str:
    """Without upper and lower case, and of the same length as before."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(one if len(one) == 1 else letter for letter in text for one in [letter.casefold()])


Disguise = Callable[[object, StandIns], object]
"""Decoded body and stand-ins -> the body as it may be kept. Raises anything at all to refuse it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it: an answer, an answer that was not kept, or a failure."""

    method: str
    url: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    withheld: str = ""
    failure: str = ""
    sentence: str = ""

    def to_json(self) -> dict[str, Any]:
        """The exchange as one line of a recording."""
        line: dict[str, Any] = {"method": self.method, "url": self.url}
        if self.failure:
            return line | {"failure": self.failure, "sentence": self.sentence}
        line |= {"status": self.status, "headers": dict(self.headers)}
        if self.withheld:
            return line | {"body": "", "withheld": self.withheld}
        try:
            return line | {"body": self.content.decode()}
        except UnicodeDecodeError:
            return line | {"base64": base64.b64encode(self.content).decode()}

    @classmethod
    def from_json(cls, line: Any) -> Self:
        """The exchange of one line. Raises BadRecording when the line is not one."""
        try:
            if "failure" in line:
                return cls(line["method"], line["url"], failure=line["failure"], sentence=line["sentence"])
            content = base64.b64decode(line["base64"], validate=True) if "base64" in line else line["body"].encode()
            headers = {str(name): str(value) for name, value in line["headers"].items()}
            return cls(line["method"], line["url"], int(line["status"]), headers, content, line.get("withheld", ""))
        except (KeyError, TypeError, AttributeError, ValueError, binascii.Error) as error:
            raise BadRecording(f"a line is not an exchange ({type(error).__name__})") from None


class Recorder:
    """Writes what was asked and answered, as gzip JSON lines; a context manager, thread-safe.

    Fail closed: the body of an answer is kept only when it comes from a test host, or when the connector's
    disguise accepted it; otherwise the line holds the status and says why the body is missing. Request
    headers and secrets are never kept. While recording, every line goes at once into a file of its own
    beside `path` (`NAME.….partial`, mode 0600), which replays as it is should the run die; `close` puts the
    finished recording in place in one step.
    """

    def __init__(self, path: Path, now: datetime, test_hosts: Collection[str] = (), own: Iterable[str] = ()) -> None:
        self.stand_ins = StandIns(own)
        self._path = path
        self._test_hosts = frozenset(test_hosts)
        self._lock = threading.Lock()
        descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".partial", dir=path.parent)
        self._partial, self._file = Path(name), os.fdopen(descriptor, "wb")
        self._write({"format": FORMAT, "version": VERSION, "started": now.isoformat()})

    def keep(self, method: str, answer: "Answer", disguise: Disguise | None, redactor: Redactor) -> None:
        """Write one answer, disguised as it must be."""
        with self._lock:
            if listed(host_of(answer.url), self._test_hosts):
                exchange = self._as_it_is(method, answer, redactor)
            else:
                exchange = self._disguised(method, answer, disguise, redactor)
            self._write(exchange.to_json())

    def keep_failure(self, method: str, url: str, error: ConnectorError, redactor: Redactor) -> None:
        """Write that no answer came, and why."""
        with self._lock:
            url = self._asked(url, redactor)
            sentence = self.stand_ins.replace(redactor.text(str(error)))
            self._write(Exchange(method, url, failure=type(error).__name__, sentence=sentence).to_json())

    def close(self) -> None:
        """Put the recording in place; nothing happens the second time."""
        with self._lock:
            if self._file.closed:
                return
            self._file.close()
            # Once more as one file, which is a good deal smaller than a chain of them.
            descriptor, name = tempfile.mkstemp(prefix=f"{self._path.name}.", dir=self._path.parent)
            with (
                gzip.open(self._partial) as lines,
                os.fdopen(descriptor, "wb") as file,
                gzip.GzipFile("", "wb", fileobj=file, mtime=0) as whole,
            ):
                shutil.copyfileobj(lines, whole)
            Path(name).replace(self._path)
            self._partial.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, line: Mapping[str, Any]) -> None:
        # Each line is a gzip file in itself: a chain of them is one too, whole up to the last line written.
        self._file.write(gzip.compress(json.dumps(line).encode() + b"\n"))
        self._file.flush()

    def _as_it_is(self, method: str, answer: "Answer", redactor: Redactor) -> Exchange:
        headers = {name: redactor.text(value) for name, value in _kept(answer.headers)}
        # Latin-1 maps every byte to a letter and back, so that a secret is found in any body.
        content = redactor.known(answer.content.decode("latin-1")).encode("latin-1")
        return Exchange(method, normalised(answer.url, redactor), answer.status, headers, content)

    def _disguised(self, method: str, answer: "Answer", disguise: Disguise | None, redactor: Redactor) -> Exchange:
        def clean(text: str) -> str:
            return self.stand_ins.replace(redactor.known(text))

        headers: dict[str, str] = {}
        content, withheld = b"", ""
        try:
            body = disguise(_decoded(answer), self.stand_ins) if disguise else _refuse()
            content = _encoded(body, clean)
            headers = {name: clean(redactor.text(value)) for name, value in _kept(answer.headers)}
            if "content-type" in headers:
                headers["content-type"] = f"{headers['content-type'].partition(';')[0]}; charset=utf-8"
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in a disguise, the body is not kept
            # Only the kind of error: its text may quote the body.
            withheld = f"body not kept: {type(error).__name__}"
        # After the disguise, which may be the first to tell the names that stand in the address.
        url = self._asked(answer.url, redactor)
        return Exchange(method, url, answer.status, headers, content, withheld)

    def _asked(self, url: str, redactor: Redactor) -> str:
        """The address without other people, also those of whom no answer tells: a comment that is gone."""
        url = normalised(url, redactor)
        for did in _DID.findall(unquote(url)):
            self.stand_ins.id(did, like="did")
        return self.stand_ins.replace(url)


def _refuse() -> object:
    raise TypeError("no disguise")


def _kept(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in headers.items():
        low = name.lower()
        limit = "rate" in low and "limit" in low
        if low in _KEPT_HEADERS or low.startswith("x-wp-total") or limit:
            yield low, value


def _decoded(answer: "Answer") -> object:
    """The body as a disguise gets it: JSON decoded, all other text as it is. Raises on what is not text."""
    kind = answer.headers.get("content-type", "")
    if _BINARY.match(kind) or b"\0" in answer.content:
        raise TypeError("not text")
    text = answer.text
    if "json" in kind.lower() or text.lstrip()[:1] in ("{", "["):
        try:
            decoded: object = json.loads(text)
        except ValueError:
            return text
        return decoded
    return text


def _encoded(body: object, clean: Callable[[str], str]) -> bytes:
    """A disguised body as UTF-8. Raises on what JSON does not know."""
    if isinstance(body, str):
        return clean(body).encode(errors="replace")
    return json.dumps(_cleaned(body, clean)).encode()


def _cleaned(value: object, clean: Callable[[str], str]) -> object:
    match value:
        case str():
            return clean(value)
        case dict():
            return {clean(str(key)): _cleaned(one, clean) for key, one in value.items()}
        case list() | tuple():
            return [_cleaned(one, clean) for one in value]
        case int() if abs(value) >= _LONG_NUMBER:
            # The ids of some platforms are numbers; small ones are left, which may as well be counts.
            replaced = clean(str(value))
            return int(replaced) if replaced.isdigit() else value if replaced == str(value) else replaced
        case _:
            return value


class Replay:
    """A recording, read back: the exchanges of one night, and the moment it began.

    Several answers for one address come in their order, and the last one again and again. Thread-safe.
    Raises BadRecording when the file is missing, damaged, or not a recording of this version.
    """

    def __init__(self, source: Path | Traversable) -> None:
        self._lock = threading.Lock()
        self._exchanges: defaultdict[tuple[str, str], deque[Exchange]] = defaultdict(deque)
        try:
            with source.open("rb") as file, gzip.open(file) as lines:
                self.started = _started(next(lines, b""))
                for line in lines:
                    exchange = Exchange.from_json(json.loads(line))
                    self._exchanges[exchange.method, exchange.url].append(exchange)
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise BadRecording(f"{source.name} cannot be replayed: {_why(error)}.") from None

    def answer(self, method: str, url: str, redactor: Redactor) -> Exchange:
        """What was answered that time. Raises the error that was met then, or NotRecorded."""
        url = normalised(url, redactor)
        # What is asked for may be somebody's comment, and the sentence is for all to read.
        shown = _DID_IN_ADDRESS.sub("(somebody)", url)
        with self._lock:
            exchanges = self._exchanges.get((method, url))
            if not exchanges:
                raise NotRecorded(
                    f"The recording holds no answer for {shown}; record the night again, "
                    "or check that the register and the settings are those of that night."
                )
            exchange = exchanges.popleft() if len(exchanges) > 1 else exchanges[0]
        if exchange.failure:
            raise _FAILURES.get(exchange.failure, ConnectorError)(exchange.sentence)
        if exchange.withheld and exchange.status < _FIRST_ERROR_STATUS:
            # An empty body in its place would read as "nothing found".
            raise NotRecorded(f"The recording does not hold what {shown} answered ({exchange.withheld}).")
        return exchange


_FAILURES = {kind.__name__: kind for kind in ConnectorError.__subclasses__()}


def _started(line: bytes) -> datetime:
    """The moment in the first line. Raises BadRecording when it is not the first line of a recording."""
    try:
        header = json.loads(line)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise BadRecording("it is not a recording of this program")
    if header.get("version") != VERSION:
        raise BadRecording(f"its version is {header.get('version')}, and this program reads version {VERSION}")
    started = datetime.fromisoformat(str(header.get("started")))
    if started.tzinfo is None:
        raise BadRecording("the moment it began has no time zone")
    return started


def _why(error: Exception) -> str:
    match error:
        case BadRecording():
            return str(error)
        case FileNotFoundError():
            return "there is no such file"
        case gzip.BadGzipFile():
            return "it is not a gzip file, or it is damaged"
        case EOFError() | zlib.error():
            return "it is damaged or incomplete"
        case OSError():
            return error.strerror or "it cannot be read"
        case _:
            return "a line of it is damaged"
