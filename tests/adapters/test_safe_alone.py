"""No other module goes out to strangers: who may open a connection is written here."""

from __future__ import annotations

import ast
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent

# Whatever can open a connection to an address that somebody else has chosen.
LIBRARIES = """
requests urllib3 httpx httpcore aiohttp pycurl websocket websockets h11 h2 grpc
http.client urllib.request ftplib telnetlib nntplib xmlrpc smtplib poplib imaplib
socket ssl asyncio trio anyio obstore boto3 botocore paramiko dns
""".split()  # noqa: SIM905 - read as a text

MAY = {
    "relay/adapters/safe_http.py": "the door: it names the type of an answer",
    "relay/adapters/safe_transport.py": "the door: one request on the wire",
    "relay/adapters/safe_connect.py": "the door: a connection to checked addresses",
    "relay/adapters/safe_resolve.py": "the door: names to addresses",
    "relay/adapters/safe_body.py": "the door: knows the errors of a broken body",
    "relay/adapters/own_api.py": "asks our own server, whose address we were told",
    "relay/adapters/mail.py": "the operator's own mail server",
    "relay/adapters/media_store.py": "the operator's own folder or bucket",
    "relay/cli/ready.py": "asks our own server whether it is ready",
    "relay/cli/demo.py": "looks for a free port on loopback",
    "relay/cli/up.py": "looks whether a port is free",
}


def imports_of(module: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{n.name}" for n in node.names)}
    return found


def goes_out(module: Path) -> bool:
    return any(
        name == library or name.startswith(f"{library}.")
        for name in imports_of(module)
        for library in LIBRARIES
    )


def test_only_these_modules_can_open_a_connection() -> None:
    modules = [*(REPOSITORY / "relay").rglob("*.py")]
    modules += (REPOSITORY / "workers").rglob("*.py")
    going = {
        str(module.relative_to(REPOSITORY)) for module in modules if goes_out(module)
    }
    assert going == set(MAY)


def test_the_search_sees_every_way_of_importing(tmp_path: Path) -> None:
    for number, words in enumerate(
        (
            "import requests",
            "import urllib.request as asking",
            "from urllib import request",
            "from http.client import HTTPConnection",
            "def ask():\n    import socket",
            "if True:\n    from urllib3.util import ssl_",
        )
    ):
        module = tmp_path / f"module_{number}.py"
        module.write_text(words + "\n", encoding="utf-8")
        assert goes_out(module), words
    harmless = tmp_path / "harmless.py"
    harmless.write_text("from urllib.parse import urlsplit\n", encoding="utf-8")
    assert not goes_out(harmless)
