"""A mail server for trials, in a process of its own: it keeps what it gets, or refuses."""

import os
import signal
import socketserver
import tempfile
from pathlib import Path


class _Session(socketserver.StreamRequestHandler):
    """As much of SMTP as Python's smtplib speaks."""

    def handle(self):
        folder = self.server.folder
        if (folder / "refuse").exists():
            with (folder / "refused").open("a") as log:
                log.write(".")
            self._say("421 not now")
            return
        self._say("220 stub")
        recipients = []
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"RCPT":
                recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
                self._say("250 ok")
            elif word == b"DATA":
                self._say("354 go on")
                self._keep(recipients, self._text())
                recipients = []
                self._say("250 taken")
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def _text(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _keep(self, recipients, text):
        # in place only when it is complete
        handle, name = tempfile.mkstemp(dir=self.server.folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(",".join(recipients).encode() + b"\n" + text)
        Path(name).rename(name.removesuffix(".part") + ".mail")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


class MailStub:
    """The server, as the one who started it sees it."""

    def __init__(self, folder, refuses=False):
        self.folder = folder
        if refuses:
            (folder / "refuse").touch()
        server = _Server(("127.0.0.1", 0), _Session)
        server.folder = folder
        self.port = server.server_address[1]
        self._process = os.fork()
        if not self._process:
            try:
                server.serve_forever()
            finally:
                os._exit(0)
        server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)

    def accept(self):
        """From now on it takes mail."""
        (self.folder / "refuse").unlink()

    def refused(self):
        """How many connections it has refused."""
        log = self.folder / "refused"
        return log.stat().st_size if log.exists() else 0

    def received(self):
        """(recipient, the mail) of each that it took."""
        for path in self.folder.glob("*.mail"):
            recipients, _newline, text = path.read_bytes().partition(b"\n")
            for recipient in recipients.decode().split(","):
                yield recipient, text
