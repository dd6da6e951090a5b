"""A real Shaarli (Debian package), the kind of bookmark server that del.icio.us was, on files of its own."""

import base64
import hashlib
import hmac
import json
import shutil
import time
from pathlib import Path
from typing import Any

from servers import loopback

_PACKAGE = Path("/usr/share/shaarli")
_DEBIAN = ("/usr/share/shaarli", "/var/lib/shaarli", "/var/cache/shaarli")


class Shaarli(loopback.Context):
    """A site of bookmarks that keeps all it has in `folder`; control calls go through its REST interface."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "root"
        port = loopback.free_port()
        self.base_url = f"http://{loopback.ADDRESS}:{port}"
        # It looks for its templates in the current directory.
        served = loopback.php("-S", f"{loopback.ADDRESS}:{port}", "-t", self._root, self._root / "index.php")
        there = ["env", "-C", self._root, *served]
        self._server = loopback.Server(there, folder / "server.log", env={"PHP_CLI_SERVER_WORKERS": "4"})

    @staticmethod
    def missing() -> str | None:
        """What is not installed, as a sentence; None when the site can start."""
        return loopback.missing(Path("/usr/bin/php"), _PACKAGE / "index.php")

    def open(self) -> None:
        """Install a fresh site in the folder and start it."""
        # Debian's package has links to fonts of packages that need not be there, and its cache lies elsewhere.
        shutil.copytree(_PACKAGE, self._root, ignore_dangling_symlinks=True)
        shutil.rmtree(self._root / "cache", ignore_errors=True)
        for name in ("data", "cache", "tmp", "pagecache"):
            (self._root / name).mkdir(exist_ok=True)
        for script in ("index.php", "init.php", "application/config/ConfigManager.php"):
            text = (self._root / script).read_text()
            for place in _DEBIAN:
                text = text.replace(place, str(self._root))
            (self._root / script).write_text(text)
        self.start()
        wanted = {"setlogin": "steward", "setpassword": "loopback-only", "title": "Hazelbrook links"}
        rest = {"continent": "UTC", "city": "UTC", "enableApi": "1", "updateCheck": "0", "language": "en"}
        with loopback.session() as browser:
            browser.get(f"{self.base_url}/install", timeout=30).raise_for_status()
            browser.post(f"{self.base_url}/install", data={**wanted, **rest}, timeout=30).raise_for_status()

    def close(self) -> None:
        """Stop the site."""
        self.stop()

    def start(self) -> None:
        """Serve on the same port, with the data kept."""
        self._server.start(lambda: loopback.answers(f"{self.base_url}/install"))

    def stop(self) -> None:
        """Stop serving; the data stays."""
        self._server.stop()

    def bookmark(
        self, url: str, title: str, note: str = "", tags: tuple[str, ...] = (), *, private: bool = False
    ) -> int:
        """Keep a bookmark; its number is what `delete` takes."""
        fields = {"url": url, "title": title, "description": note, "tags": list(tags), "private": private}
        made: dict[str, Any] = self._call("POST", "links", fields).json()
        return int(made["id"])

    def delete(self, bookmark: int) -> None:
        """Delete a bookmark."""
        self._call("DELETE", f"links/{bookmark}")

    def delete_all(self) -> None:
        """Delete what is there, a fresh site's own examples first of all."""
        for bookmark in self._call("GET", "links?limit=all").json():
            self.delete(bookmark["id"])

    def _call(self, method: str, path: str, fields: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token()}"}
        with loopback.session() as direct:
            answer = direct.request(method, f"{self.base_url}/api/v1/{path}", json=fields, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer

    def _token(self) -> str:
        """The proof, good for some minutes, that we know the site's secret (a JSON Web Token, HS512)."""
        settings = (self._root / "data" / "config.json.php").read_text()
        secret = json.loads(settings[settings.index("{") : settings.rindex("}") + 1])["api"]["secret"]
        parts = ({"typ": "JWT", "alg": "HS512"}, {"iat": int(time.time())})
        signed = b".".join(_plain(json.dumps(part).encode()) for part in parts)
        proof = hmac.new(secret.encode(), signed, hashlib.sha512).digest()
        return b".".join((signed, _plain(proof))).decode()


def _plain(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
