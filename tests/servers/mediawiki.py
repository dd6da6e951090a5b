"""A real MediaWiki (Debian package) on SQLite, with Wikipedia's addresses: /w/api.php and /wiki/Title."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import requests
from servers import loopback

_HERE = Path(__file__).parent
_PACKAGE = Path("/usr/share/mediawiki")
_ADMIN = "Steward"
_PASSWORD = "L0opback-0nly"  # the same for every user: the wiki lives for one test


class MediaWiki(loopback.Context):
    """A wiki that keeps all it has in `folder`.

    Control calls go through the wiki's own API, logged in as the user who acts (`_ADMIN` for what needs
    rights), so that they leave the traces that a person's edits would leave.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        port = loopback.free_port()
        self.base_url = f"http://{loopback.ADDRESS}:{port}"
        self.api_url = f"{self.base_url}/w/api.php"
        self._sessions: dict[str, _Session] = {}
        self._env = {"MW_INSTALL_PATH": str(folder / "root" / "w")}
        router = _HERE / "mediawiki-router.php"
        self._server = loopback.php_server(port, folder / "root", router, folder / "server.log", self._env)

    @staticmethod
    def missing() -> str | None:
        """What is not installed, as a sentence; None when the wiki can start."""
        return loopback.missing(Path("/usr/bin/php"), _PACKAGE / "maintenance" / "install.php")

    def open(self) -> None:
        """Install a fresh wiki in the folder and start it."""
        self._install()
        self.start()

    def close(self) -> None:
        """Stop the wiki."""
        self.stop()
        for session in self._sessions.values():
            session.close()

    def start(self) -> None:
        """Serve on the same port, with the data kept."""
        self._server.start(lambda: loopback.answers(f"{self.api_url}?action=query&meta=siteinfo&format=json"))

    def stop(self) -> None:
        """Stop serving; the data stays."""
        self._server.stop()

    def create_user(self, name: str, *, email: str = "") -> None:
        """Register an account; with `email`, other users may write to it (`emailable`)."""
        fields = {
            "username": name,
            "password": _PASSWORD,
            "retype": _PASSWORD,
            "email": email,
            "realname": "",  # a field left out makes MediaWiki drop the address as well
            "createreturnurl": self.base_url,
        }
        # A session of its own, since MediaWiki logs it in as the new user.
        with closing(_Session(self.api_url)) as newcomer:
            newcomer.post("createaccount", {**fields, "createtoken": newcomer.token("createaccount")})

    def edit(self, user: str, title: str, text: str, summary: str = "", *, at: datetime | None = None) -> int:
        """Replace the page's text, as `user`; return the revision's id.

        `at` dates the edit in the past, by MediaWiki's own import of a page history.
        """
        if at is not None:
            return self._import(user, title, text, summary, at.astimezone(UTC))
        answer = self._as(user).act("edit", {"title": title, "text": text, "summary": summary})
        return int(answer["edit"]["newrevid"])

    def revisions(self, title: str) -> list[dict[str, Any]]:
        """The page's revisions as anyone sees them, newest first; empty when there is no such page."""
        answer = self._as("").get(
            "query",
            {
                "prop": "revisions",
                "titles": title,
                "rvprop": "ids|timestamp|user|comment|flags",
                "rvlimit": 500,
            },
        )
        return list(answer["query"]["pages"][0].get("revisions", []))

    def delete_page(self, title: str) -> None:
        """Delete the page; its edits leave the users' contributions."""
        self._as(_ADMIN).act("delete", {"title": title})

    def rollback(self, title: str, user: str) -> None:
        """Undo the last edits of `user`; they stay in the history and in the contributions."""
        admin = self._as(_ADMIN)
        admin.post("rollback", {"title": title, "user": user, "token": admin.token("rollback")})

    def hide_author(self, revision: int) -> None:
        """Hide who made the revision: it stays in the history and leaves that user's public contributions."""
        self._as(_ADMIN).act("revisiondelete", {"type": "revision", "ids": revision, "hide": "user"})

    def block(self, user: str, reason: str = "") -> None:
        """Block the account for ever."""
        self._as(_ADMIN).act("block", {"user": user, "reason": reason, "expiry": "never"})

    def _as(self, user: str) -> "_Session":
        if user not in self._sessions:
            self._sessions[user] = _Session(self.api_url, user)
        return self._sessions[user]

    def _import(self, user: str, title: str, text: str, summary: str, at: datetime) -> int:
        page = f"""<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
<page><title>{escape(title)}</title><ns>0</ns><revision><timestamp>{at:%Y-%m-%dT%H:%M:%SZ}</timestamp>
<contributor><username>{escape(user)}</username><id>0</id></contributor><comment>{escape(summary)}</comment>
<model>wikitext</model><format>text/x-wiki</format>
<text xml:space="preserve" bytes={quoteattr(str(len(text.encode())))}>{escape(text)}</text></revision></page></mediawiki>"""
        self._as(_ADMIN).act(
            "import",
            {"interwikiprefix": "seed", "assignknownusers": "1", "summary": "seed"},
            files={"xml": ("page.xml", page, "text/xml")},
        )
        stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
        return next(int(r["revid"]) for r in self.revisions(title) if r["timestamp"] == stamp and r.get("user") == user)

    def _install(self) -> None:
        farm, data = self._folder / "root" / "w", self._folder / "data"
        for made in (farm, data, self._folder / "images", self._folder / "cache"):
            made.mkdir(parents=True)
        # Links to the package, beside a LocalSettings.php and an images folder of our own.
        for item in _PACKAGE.iterdir():
            if item.name not in {"LocalSettings.php", "images"}:
                (farm / item.name).symlink_to(item)
        (farm / "images").symlink_to(self._folder / "images")
        options = {
            "confpath": farm,
            "dbtype": "sqlite",
            "dbpath": data,
            "dbname": "wiki",
            "server": self.base_url,
            "scriptpath": "/w",
            "pass": _PASSWORD,
        }
        arguments = [f"--{key}={value}" for key, value in options.items()]
        installer = _PACKAGE / "maintenance" / "install.php"
        command = loopback.php(installer, *arguments, "Test wiki", _ADMIN)
        loopback.run(command, self._folder / "install.log", env=self._env)
        settings = (_HERE / "mediawiki-settings.php").read_text()
        with (farm / "LocalSettings.php").open("a") as local:
            local.write(f"{settings}$wgCacheDirectory = '{self._folder / 'cache'}';\n")


class _Session:
    """One user's session with api.php; anonymous without a name."""

    def __init__(self, api_url: str, user: str = "") -> None:
        self._api_url = api_url
        self._http = loopback.session()
        self._csrf = ""
        if user:
            login = {"lgname": user, "lgpassword": _PASSWORD, "lgtoken": self.token("login")}
            answer = self.post("login", login)
            if answer["login"]["result"] != "Success":
                raise ValueError(f"{user} cannot log in: {answer['login']}")
            self._csrf = self.token("csrf")

    def close(self) -> None:
        self._http.close()

    def token(self, kind: str) -> str:
        answer = self.get("query", {"meta": "tokens", "type": kind})
        return str(answer["query"]["tokens"][f"{kind}token"])

    def act(self, action: str, fields: Mapping[str, Any], files: Any = None) -> dict[str, Any]:
        return self.post(action, {**fields, "token": self._csrf}, files)

    def get(self, action: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        return _checked(self._http.get(self._api_url, params=_call(action, fields), timeout=60))

    def post(self, action: str, fields: Mapping[str, Any], files: Any = None) -> dict[str, Any]:
        return _checked(self._http.post(self._api_url, data=_call(action, fields), files=files, timeout=60))


def _call(action: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"action": action, "format": "json", "formatversion": 2, **fields}


def _checked(response: requests.Response) -> dict[str, Any]:
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    if "error" in answer:
        raise ValueError(f"MediaWiki refused: {answer['error']}")
    return answer
