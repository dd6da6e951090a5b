"""A real WordPress (Debian package) on SQLite, with REST API, feeds and comments."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from servers import loopback

_HERE = Path(__file__).parent
_PACKAGE = Path("/usr/share/wordpress")
_DRIVER = loopback.cache_folder() / "sqlite-database-integration"
_THEME = """<!doctype html>
<html <?php language_attributes(); ?>>
<head><meta charset="utf-8"><title><?php echo wp_get_document_title(); ?></title><?php wp_head(); ?></head>
<body>
<?php while (have_posts()) { the_post(); the_title('<h1>', '</h1>'); the_content(); } wp_footer(); ?>
</body>
</html>
"""


class Item(NamedTuple):
    """A post or a picture: its id, and its address as visitors see it."""

    id: int
    url: str


class WordPress(loopback.Context):
    """A blog that keeps all it has in `folder`; control calls run WordPress's own functions by PHP's command line."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = folder / "root"
        port = loopback.free_port()
        self.base_url = f"http://{loopback.ADDRESS}:{port}"
        self._env = {"WORDPRESS_URL": self.base_url}
        router = _HERE / "wordpress-router.php"
        self._server = loopback.php_server(port, self._root, router, folder / "server.log", self._env)

    @staticmethod
    def missing() -> str | None:
        """What is not installed, as a sentence; None when the blog can start."""
        return loopback.missing(Path("/usr/bin/php"), _PACKAGE / "wp-load.php", _DRIVER / "load.php")

    def open(self) -> None:
        """Install a fresh blog in the folder and start it."""
        self._install()
        self.start()

    def close(self) -> None:
        """Stop the blog."""
        self.stop()

    def start(self) -> None:
        """Serve on the same port, with the data kept."""
        self._server.start(lambda: loopback.answers(f"{self.base_url}/wp-json/"))

    def stop(self) -> None:
        """Stop serving; the data stays."""
        self._server.stop()

    def describe(self, title: str, tagline: str = "") -> None:
        """Set the blog's title and the line below it."""
        self._call(["update_option", "blogname", title], ["update_option", "blogdescription", tagline])

    def create_author(self, login: str, display_name: str, description: str = "", url: str = "") -> int:
        """Add a user who may publish; the REST API lists authors once they have published something."""
        names = {
            "user_login": login,
            "display_name": display_name,
            "description": description,
            "user_url": url,
        }
        rest = {"user_pass": "loopback-only", "user_email": f"{login}@mail.test", "role": "author"}
        return int(self._call(["wp_insert_user", {**names, **rest}])[0])

    def post(self, author: int, title: str, html: str, date: datetime | None = None, status: str = "publish") -> Item:
        """Write a post."""
        fields = {"post_author": author, "post_title": title, "post_content": html, "post_status": status}
        made = ["wp_insert_post", {**fields, **_dated("post_date", date)}, True]
        return Item(*self._call(made, ["get_permalink", {"result": 0}]))

    def update_post(self, post: int, **fields: str) -> None:
        """Change a post; fields are WordPress's own, e.g. `post_title`, `post_content`, `post_status`."""
        self._call(["wp_update_post", {"ID": post, **fields}, True])

    def delete_post(self, post: int) -> None:
        """Delete a post for good, not into the bin."""
        self._call(["wp_delete_post", post, True])

    def comment(
        self,
        post: int,
        author_name: str,
        text: str,
        url: str = "",
        approved: int = 1,
        date: datetime | None = None,
        reply_to: int = 0,
    ) -> int:
        """Comment on a post as a visitor."""
        fields = {
            "comment_post_ID": post,
            "comment_author": author_name,
            "comment_author_email": "visitor@mail.test",
            "comment_author_url": url,
            "comment_content": text,
            "comment_approved": approved,
            "comment_parent": reply_to,
        }
        return int(self._call(["wp_insert_comment", {**fields, **_dated("comment_date", date)}])[0])

    def delete_comment(self, comment: int) -> None:
        """Delete a comment for good."""
        self._call(["wp_delete_comment", comment, True])

    def upload_media(self, data: bytes, name: str, title: str = "", alt: str = "", post: int = 0) -> Item:
        """Upload a picture, attached to `post` if given; the URL is the full-size file's."""
        waiting = self._folder / "upload"
        waiting.write_bytes(data)
        made = ["media_handle_sideload", {"name": name, "tmp_name": str(waiting)}, post, title or None]
        alternative = ["update_post_meta", {"result": 0}, "_wp_attachment_image_alt", alt]
        done = self._call(made, alternative, ["wp_get_attachment_url", {"result": 0}])
        return Item(done[0], done[2])

    def delete_media(self, medium: int) -> None:
        """Delete a picture for good, and its files with it."""
        self._call(["wp_delete_attachment", medium, True])

    def _install(self) -> None:
        content = self._root / "wp-content"
        for made in (content / "plugins", content / "uploads", content / "themes" / "plain"):
            made.mkdir(parents=True)
        # Links to the package, beside a configuration and contents of our own.
        for item in _PACKAGE.iterdir():
            if item.name not in {"wp-config.php", "wp-content", ".htaccess"}:
                (self._root / item.name).symlink_to(item)
        (content / "plugins" / _DRIVER.name).symlink_to(_DRIVER)
        (content / "db.php").write_text((_DRIVER / "db.copy").read_text())
        (content / "themes" / "plain" / "style.css").write_text("/*\nTheme Name: plain\n*/\n")
        (content / "themes" / "plain" / "index.php").write_text(_THEME)
        (self._root / "wp-config.php").write_text((_HERE / "wordpress-config.php").read_text())
        self._call(
            ["wp_install", "Test blog", "steward", "steward@mail.test", True, "", "loopback-only"],
            ["update_option", "timezone_string", "Europe/London"],
            ["update_option", "permalink_structure", "/%year%/%monthnum%/%postname%/"],
            ["flush_rewrite_rules"],
            ["wp_delete_post", 1, True],  # "Hello world!" with its comment
            ["wp_delete_post", 2, True],  # "Sample Page"
        )

    def _call(self, *calls: list[Any]) -> list[Any]:
        """Call functions of WordPress; the last `{"result": n}` forms refer to earlier results."""
        command = loopback.php(_HERE / "wordpress-control.php", self._root)
        output = loopback.run(command, self._folder / "control.log", env=self._env, stdin=json.dumps(calls))
        results: list[Any] = json.loads(output)
        return results


def _dated(field: str, date: datetime | None) -> dict[str, str]:
    return {f"{field}_gmt": f"{date.astimezone(UTC):%Y-%m-%d %H:%M:%S}"} if date else {}
