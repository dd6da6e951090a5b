"""A real Bluesky on loopback: PLC directory, PDS and AppView from npm's @atproto/dev-env, on a PostgreSQL of its own."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import requests
from servers import loopback

_HERE = Path(__file__).parent
_MODULES = loopback.cache_folder() / "node_modules"
_POSTGRES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/lib/postgresql/15/bin"))
_PASSWORD = "loopback-only"  # the same for every account: the network lives for one test
_ADMIN = ("admin", "admin-pass")  # fixed by dev-env
_PROFILE = "app.bsky.actor.profile"


class Ref(NamedTuple):
    """What points at one version of a record."""

    uri: str
    cid: str


class BlueskyStack(loopback.Context):
    """A network of one PDS (accounts write there) and one AppView (anyone reads there).

    Control calls are those that Bluesky's app makes, to the PDS. The AppView follows within milliseconds;
    `process_all` waits for it. Handles are one word and `.test`, e.g. `hazelbrook.test`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._http = loopback.session()
        self._accounts: dict[str, _Account] = {}
        # The user postgres must be able to get there, which it cannot below pytest's folders.
        self._database = Path(tempfile.mkdtemp(prefix="school-audit-postgres-"))
        pds, appview, control, postgres = (loopback.free_port() for _ in range(4))
        self.pds_url = f"http://{loopback.ADDRESS}:{pds}"
        self.appview_url = f"http://{loopback.ADDRESS}:{appview}"
        self._control_url = f"http://{loopback.ADDRESS}:{control}"
        options = {
            "listen_addresses": loopback.ADDRESS,
            "port": postgres,
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
        }
        self._postgres = loopback.Server(
            _as_postgres(
                _POSTGRES / "postgres",
                "-D",
                self._database,
                *(f"--{key}={value}" for key, value in options.items()),
            ),
            folder / "postgres.log",
            stop_signal=signal.SIGQUIT,  # at once: nothing in it is kept
        )
        self._postgres_ready = ["-h", loopback.ADDRESS, "-p", str(postgres), "-t", "1"]
        self._node = loopback.Server(
            ["node", _HERE / "bluesky.cjs", str(pds), str(appview), str(control)],
            folder / "node.log",
            env={
                "DB_POSTGRES_URL": f"postgresql://pg@{loopback.ADDRESS}:{postgres}/postgres",
                "LOG_ENABLED": "false",
                "NODE_PATH": str(_MODULES),
                "TMPDIR": str(folder),
            },
        )

    @staticmethod
    def missing() -> str | None:
        """What is not installed, as a sentence; None when the stack can start."""
        node = Path(shutil.which("node") or "/usr/bin/node")
        return loopback.missing(node, _POSTGRES / "initdb", _MODULES / "@atproto" / "dev-env" / "package.json")

    def open(self) -> None:
        """Start the database and the network."""
        if os.geteuid() == 0:
            shutil.chown(self._database, "postgres")
        initdb: list[str | Path] = [
            _POSTGRES / "initdb",
            "-D",
            self._database,
            "-A",
            "trust",
            "-U",
            "pg",
            "--no-sync",
        ]
        log = self._folder / "initdb.log"
        loopback.run(_as_postgres(*initdb, "-E", "UTF8", "--locale", "C.UTF-8"), log)
        self._postgres.start(lambda: loopback.succeeds(_POSTGRES / "pg_isready", *self._postgres_ready))
        self._node.start(lambda: loopback.answers(f"{self._control_url}/processed"))

    def close(self) -> None:
        """End every process and remove the database."""
        self._node.stop()
        self._postgres.stop()
        self._http.close()
        shutil.rmtree(self._database, ignore_errors=True)

    def stop(self) -> None:
        """Make the AppView unreachable (connection refused); the network behind it goes on."""
        self._control("appview/stop")

    def start(self) -> None:
        """Make the AppView reachable again, at the same address."""
        self._control("appview/start")

    def process_all(self) -> None:
        """Wait until the AppView has indexed everything."""
        self._control("processed")

    def create_account(self, handle: str) -> str:
        """Open an account and return its DID."""
        answer = self._call(
            "com.atproto.server.createAccount",
            {"handle": handle, "email": f"{handle}@mail.test", "password": _PASSWORD},
        )
        self._accounts[handle] = _Account(answer["did"], answer["accessJwt"])
        return str(answer["did"])

    def change_handle(self, handle: str, new: str) -> None:
        """Rename the account; the DID stays."""
        self._call("com.atproto.identity.updateHandle", {"handle": new}, by=handle)
        self._accounts[new] = self._accounts.pop(handle)

    def deactivate(self, handle: str) -> None:
        """Deactivate the account, as its owner may."""
        self.process_all()  # an AppView that never saw the account does not know it as deactivated
        self._call("com.atproto.server.deactivateAccount", {}, by=handle)

    def reactivate(self, handle: str) -> None:
        """End the deactivation."""
        self._call("com.atproto.server.activateAccount", None, by=handle)

    def take_down(self, handle: str) -> None:
        """Suspend the account, as the PDS's moderators may."""
        self.process_all()  # as in `deactivate`
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": self._accounts[handle].did}
        body = {"subject": subject, "takedown": {"applied": True, "ref": "test"}}
        self._call("com.atproto.admin.updateSubjectStatus", body, by=_ADMIN)

    def delete_account(self, handle: str) -> None:
        """Delete the account for good."""
        self._call("com.atproto.admin.deleteAccount", {"did": self._accounts.pop(handle).did}, by=_ADMIN)

    def set_profile(
        self,
        handle: str,
        *,
        display_name: str = "",
        description: str = "",
        avatar: bytes | None = None,
        created_at: datetime | None = None,
    ) -> None:
        """Write the profile anew; what is not given is empty afterwards (`created_at`: now)."""
        profile = {"displayName": display_name, "description": description, "createdAt": _stamp(created_at)}
        if avatar is not None:
            profile["avatar"] = self._upload(handle, avatar)
        self._put(handle, _PROFILE, profile)

    def self_label(self, handle: str, *labels: str) -> None:
        """Set the labels an account gives itself, e.g. `!no-unauthenticated`, beside the rest of its profile."""
        where = {"repo": self._accounts[handle].did, "collection": _PROFILE, "rkey": "self"}
        found = self._http.get(f"{self.pds_url}/xrpc/com.atproto.repo.getRecord", params=where, timeout=60)
        profile = found.json()["value"] if found.ok else {}
        self._put(handle, _PROFILE, {**profile, "labels": _self_labels(labels)})

    def set_chat_allow_incoming(self, handle: str, who: Literal["all", "none", "following"]) -> None:
        """Say who may send direct messages."""
        self._put(handle, "chat.bsky.actor.declaration", {"allowIncoming": who})

    def follow(self, follower: str, followed: str) -> None:
        """Let one account follow another."""
        account = self._accounts[follower]
        subject = self._accounts[followed].did
        account.follows[subject] = self._create(follower, "app.bsky.graph.follow", {"subject": subject}).uri

    def unfollow(self, follower: str, followed: str) -> None:
        """Undo `follow`."""
        self._delete(follower, self._accounts[follower].follows.pop(self._accounts[followed].did))

    def post(
        self,
        handle: str,
        text: str,
        *,
        created_at: datetime | None = None,
        images: Iterable[tuple[bytes, str]] = (),
        reply_to: Ref | None = None,
        links: Iterable[tuple[str, str]] = (),
        card: str | None = None,
        langs: Sequence[str] = ("en",),
        labels: Sequence[str] = (),
    ) -> Ref:
        """Publish a post and return what points at it.

        `images`: up to four of bytes (PNG or JPEG) and alternative text. `links`: a part of the text and the
        address behind it. `card`: the address of a link preview (not beside images).
        """
        record: dict[str, Any] = {"text": text, "langs": list(langs)}
        if facets := [_link_facet(text, part, address) for part, address in links]:
            record["facets"] = facets
        if pictures := [{"image": self._upload(handle, data), "alt": alt} for data, alt in images]:
            record["embed"] = {"$type": "app.bsky.embed.images", "images": pictures}
        elif card:
            external = {"uri": card, "title": "A page", "description": ""}
            record["embed"] = {"$type": "app.bsky.embed.external", "external": external}
        if reply_to:
            record["reply"] = {"root": self._root_of(reply_to), "parent": reply_to._asdict()}
        if labels:
            record["labels"] = _self_labels(labels)
        return self._create(handle, "app.bsky.feed.post", record, created_at)

    def limit_replies(self, handle: str, post: Ref) -> None:
        """Let nobody but people whom the account follows answer a post."""
        record = {"post": post.uri, "allow": [{"$type": "app.bsky.feed.threadgate#followingRule"}]}
        self._put(
            handle, "app.bsky.feed.threadgate", {**record, "createdAt": _stamp(None)}, post.uri.rpartition("/")[2]
        )

    def repost(self, handle: str, post: Ref) -> Ref:
        """Share another account's post; `delete_post` undoes it."""
        return self._create(handle, "app.bsky.feed.repost", {"subject": post._asdict()})

    def delete_post(self, handle: str, uri: str) -> None:
        """Delete a post or a repost. Bluesky knows no edit: delete and post again."""
        self._delete(handle, uri)

    def _root_of(self, parent: Ref) -> dict[str, str]:
        did, collection, rkey = parent.uri.removeprefix("at://").split("/")
        where = {"repo": did, "collection": collection, "rkey": rkey}
        found = _checked(self._http.get(f"{self.pds_url}/xrpc/com.atproto.repo.getRecord", params=where, timeout=60))
        root: dict[str, str] = found["value"].get("reply", {}).get("root", parent._asdict())
        return root

    def _create(self, handle: str, collection: str, record: dict[str, Any], at: datetime | None = None) -> Ref:
        record = {"$type": collection, "createdAt": _stamp(at), **record}
        body = {"repo": self._accounts[handle].did, "collection": collection, "record": record}
        answer = self._call("com.atproto.repo.createRecord", body, by=handle)
        return Ref(answer["uri"], answer["cid"])

    def _put(self, handle: str, collection: str, record: dict[str, Any], rkey: str = "self") -> None:
        body = {"repo": self._accounts[handle].did, "collection": collection, "rkey": rkey}
        self._call("com.atproto.repo.putRecord", {**body, "record": {"$type": collection, **record}}, by=handle)

    def _delete(self, handle: str, uri: str) -> None:
        did, collection, rkey = uri.removeprefix("at://").split("/")
        self._call("com.atproto.repo.deleteRecord", {"repo": did, "collection": collection, "rkey": rkey}, by=handle)

    def _upload(self, handle: str, image: bytes) -> Any:
        kind = "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"
        return self._call("com.atproto.repo.uploadBlob", image, by=handle, kind=kind)["blob"]

    def _call(
        self, name: str, body: Any, *, by: str | tuple[str, str] | None = None, kind: str = "application/json"
    ) -> dict[str, Any]:
        headers = {"Content-Type": kind} if body is not None else {}
        if isinstance(by, str):
            headers["Authorization"] = f"Bearer {self._accounts[by].token}"
        content = {"data": body} if isinstance(body, bytes) else {"json": body}
        auth = by if isinstance(by, tuple) else None
        url = f"{self.pds_url}/xrpc/{name}"
        return _checked(self._http.post(url, headers=headers, auth=auth, timeout=60, **content))

    def _control(self, command: str) -> None:
        _checked(self._http.post(f"{self._control_url}/{command}", timeout=60))


class _Account:
    """What the stack remembers of an account it opened."""

    def __init__(self, did: str, token: str) -> None:
        self.did = did
        self.token = token
        self.follows: dict[str, str] = {}  # DID followed -> address of the record that says so


def _as_postgres(*command: str | Path) -> list[str | Path]:
    """The command run as the user postgres, since PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return list(command)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


def _link_facet(text: str, part: str, address: str) -> dict[str, Any]:
    start = len(text[: text.index(part)].encode())
    return {
        "index": {"byteStart": start, "byteEnd": start + len(part.encode())},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": address}],
    }


def _self_labels(labels: Iterable[str]) -> dict[str, Any]:
    return {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": label} for label in labels]}


def _stamp(at: datetime | None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _checked(response: requests.Response) -> dict[str, Any]:
    if not response.ok:
        raise ValueError(f"Bluesky refused: {response.status_code} {response.text}")
    answer: dict[str, Any] = response.json() if response.content else {}
    return answer
