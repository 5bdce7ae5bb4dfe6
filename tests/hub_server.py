"""A server on 127.0.0.1 that speaks what fetching from a Hugging Face repository needs, and misbehaves on request."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "c0ffee" + "0" * 34


class HubServer:
    """files: content by "org/repo/path". `stop_at`: absolute byte after which every connection is cut; `spoil`: one
    byte arrives wrong; `ranges`: whether Range is honoured; `redirect_to`: the server that has
    the bytes; `asked`: the requests so far."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.stop_at: int | None = None
        self.spoil = False
        self.ranges = True
        self.redirect_to: str | None = None
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._file()

        def do_GET(self) -> None:
            hub.asked.append(f"{self.path} {self.headers.get('Range', '')}".strip())
            hub.headers.append(dict(self.headers))
            if self.path.startswith("/api/models/"):
                self._repository("/".join(self.path.split("?")[0].split("/")[3:5]))
            else:
                self._file()

        def _repository(self, repo: str) -> None:
            names = [name[len(repo) + 1 :] for name in hub.files if name.startswith(repo + "/")]
            if not names:
                return self._answer(404, b"", {"X-Error-Code": "RepoNotFound"})
            siblings = [{"rfilename": name} for name in names]
            said = {"id": repo, "modelId": repo, "sha": COMMIT, "siblings": siblings, "cardData": {"license": "mit"}}
            return self._answer(200, json.dumps(said).encode(), {"Content-Type": "application/json"})

        def _file(self) -> None:
            org, repo, _, revision, path = self.path.split("?")[0][1:].split("/", 4)
            content = hub.files.get(f"{org}/{repo}/{path}")
            if revision == "nowhere":
                return self._answer(404, b"", {"X-Error-Code": "RevisionNotFound"})
            if content is None:
                return self._answer(404, b"", {"X-Error-Code": "EntryNotFound"})
            about = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "X-Repo-Commit": COMMIT}
            if hub.redirect_to:
                linked = {"X-Linked-Etag": about["ETag"], "X-Linked-Size": str(len(content)), "X-Repo-Commit": COMMIT}
                return self._answer(302, b"", {**linked, "Location": hub.redirect_to + self.path})
            asked = self.headers.get("Range")
            if asked and hub.ranges:
                start = int(asked.removeprefix("bytes=").rstrip("-"))
                about["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
                return self._answer(206, content[start:], about, start)
            return self._answer(200, content, about)

        def _answer(self, status: int, body: bytes, headers: dict[str, str], start: int = 0) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "HEAD":
                return
            if hub.spoil and body:
                body = bytes([body[0] ^ 1]) + body[1:]
            if status != 404 and "X-Repo-Commit" in headers and hub.stop_at is not None:
                body = body[: max(0, hub.stop_at - start)]
                self.close_connection = True
            self.wfile.write(body)

    return Handler
