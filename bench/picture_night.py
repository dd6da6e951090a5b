"""Pictures from a server to the ledger's facts: how much the way costs beside its parts, and how much memory many take.

    python -m bench.picture_night [--pictures 24]
    python -m bench.picture_night --memory 10000

The first measures, in one process and by its processor time, the whole way of the night (`audit.pictures.look`: fetched
over the one way out from a server on loopback, hashed, opened, read) and in the same run, over the same files, its
parts by themselves: opening, finding faces with their ages, reading words. It prints the ratio to their sum. The
second reads so many pictures, all different, with readers in processes of their own, and prints the most memory that
this process had taken before and after. The pictures are drawn. Linux and macOS only.
"""

import argparse
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from audit.pictures import Looked, PictureReaders, look
from bench.pictures import drawn
from checks.finding import History
from checks.readers import faces, picture_words, pictures
from checks.readers.picture_file import open_picture
from connectors.http import Http, Network
from connectors.snapshot import MEDIA, POSTS, Account, Resource, Snapshot, complete, frame

ON = date(2026, 11, 22)
NIGHT = datetime(2026, 11, 22, 2, tzinfo=UTC)
DIFFERENT = 12
"""So many pictures are drawn; each is served under many addresses, with a remark that makes its bytes different."""
LARGEST = 20_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line."""
    parser = argparse.ArgumentParser(prog="python -m bench.picture_night", description="Measure the way of pictures.")
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--memory", type=int, default=0, metavar="COUNT")
    given = parser.parse_args(arguments)
    return _memory(given.memory) if given.memory else _speed(given.pictures)


def _speed(count: int) -> int:
    files = [drawn(1280, 960, seed) for seed in range(DIFFERENT)]
    served = [_remarked(files[number % DIFFERENT], number) for number in range(count)]
    frames = [next(open_picture(data).frames(pictures.LONGEST, 1)) for data in served]
    pictures.read_picture(served[0])  # loads the networks
    opened = _seconds(lambda: [list(open_picture(data).frames(pictures.LONGEST, 1)) for data in served])
    found = _seconds(lambda: [faces.read_faces(pixels, 960) for pixels in frames])
    words = 0.0
    if not picture_words.why_not():
        words = _seconds(lambda: [picture_words.read_words(pixels, None) for pixels in frames])
    with _server(files) as base:
        whole = _seconds(lambda: _looked(base, count, 0))
    parts = opened + found + words
    print(
        f"{count} pictures of 1280x960: opening {opened / count:.3f} s, faces {found / count:.3f} s, words"
        f" {words / count:.3f} s each; the whole way {whole / count:.3f} s, {count / whole:.2f} a second;"
        f" ratio to the sum of its parts {whole / parts:.2f}"
    )
    return 0


def _memory(count: int) -> int:
    files = [drawn(96, 72, seed) for seed in range(DIFFERENT)]
    with _server(files) as base:
        _looked(base, DIFFERENT, 1)
        before = _peak()
        start = time.monotonic()
        done = _looked(base, count, 2)
        seconds = time.monotonic() - start
    held = sum(one.reading.file is not None for one in done.seen.values())
    print(
        f"{held:,} pictures read in {seconds:,.0f} s: this process had taken {before:,.0f} MB at most before,"
        f" {_peak():,.0f} MB after"
    )
    return 0


def _looked(base: str, count: int, processes: int) -> Looked:
    posts = [{"id": str(number), "kind": "post", "created": NIGHT} for number in range(count)]
    media = [
        {"id": str(number), "post_id": str(number), "address": f"{base}/{number}", "kind": "image"}
        for number in range(count)
    ]
    account = Account(key="bluesky:hazelbrook.example", row=4, platform="bluesky", handle="hazelbrook.example")
    snapshot = Snapshot(
        account, NIGHT, {Resource.MEDIA: complete(count)}, posts=frame(POSTS, posts), media=frame(MEDIA, media)
    )
    http = Http(Network("bench", default_pace=0, private_hosts=frozenset({"127.0.0.1"})))
    try:
        with PictureReaders(processes, pictures.NOTHING) as readers:
            client = http.client("pictures")
            return look(snapshot, History(), readers, client, ON, covered=True, most=count, largest=LARGEST)
    finally:
        http.close()


def _remarked(jpeg: bytes, number: int) -> bytes:
    """The picture with a remark in its file (a COM segment of JPEG): the same to look at, other bytes."""
    words = str(number).encode()
    return jpeg[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + jpeg[2:]


@contextmanager
def _server(files: Sequence[bytes]) -> Iterator[str]:
    class Pictures(BaseHTTPRequestHandler):
        """Serves each picture under every number."""

        def do_GET(self) -> None:
            number = int(self.path.strip("/"))
            body = _remarked(files[number % len(files)], number)
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the class it extends
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _peak() -> float:
    """The most memory that this process has taken so far, in MB."""
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return taken / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    sys.exit(main())
