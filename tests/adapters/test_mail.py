from __future__ import annotations

import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from relay.adapters.mail import SmtpMailer
from relay.domain.errors import MailFailed
from relay.domain.mail import Mail, read_address, read_mail_server
from tests.mailing import Postbox, serving_mail

MAIL = Mail(
    to="lin@example.org",
    subject="Your baton waits: 纸船",
    text="Good day\n\nשלום\n.\nThe end\n",
    html='<p lang="he" dir="rtl">שלום</p>',
    lang="zh-Hans",
    message_id="reminder.abc@relay.example.org",
    stop_url="https://relay.example.org/en/mail/abc/key",
    at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
)


def mailer(box: Postbox, sender: str = "The relay <relay@example.org>") -> SmtpMailer:
    return SmtpMailer(read_mail_server(box.url), sender, seconds=3)


def fail(box: Postbox, mail: Mail = MAIL) -> MailFailed:
    with pytest.raises(MailFailed) as failed:
        mailer(box).send(mail)
    return failed.value


def test_a_mail_arrives_whole_in_both_forms() -> None:
    with serving_mail() as box:
        mailer(box).send(MAIL)
    (mail,) = box.mails
    assert box.envelopes == [("relay@example.org", ("lin@example.org",))]
    assert mail["From"] == "The relay <relay@example.org>"
    assert mail["To"] == "lin@example.org"
    assert mail["Subject"] == MAIL.subject
    assert mail["Message-ID"] == f"<{MAIL.message_id}>"
    assert mail["Date"].datetime == MAIL.at
    assert mail["List-Unsubscribe"] == f"<{MAIL.stop_url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == MAIL.lang
    text, html = mail.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().strip() == MAIL.html
    assert (text.get_content_type(), html.get_content_type()) == (
        "text/plain",
        "text/html",
    )


def test_an_address_to_stop_at_is_never_broken_or_written_in_code() -> None:
    host = ".".join(["a-rather-long-name"] * 8)
    stop_url = f"https://{host}.example.org/zh-Hans/mail/abc/key"
    with serving_mail() as box:
        mailer(box).send(replace(MAIL, stop_url=stop_url))
    assert f"\r\nList-Unsubscribe: <{stop_url}>\r\n" in box.raw[0].decode()


@pytest.mark.parametrize("field", ["subject", "to", "stop_url", "message_id"])
def test_no_header_can_be_put_in(field: str) -> None:
    evil = f"{getattr(MAIL, field)}\r\nBcc: all@example.org\r\n\r\nBuy!"
    with serving_mail() as box:
        if field == "subject":
            mailer(box).send(replace(MAIL, subject=evil))
        else:
            changed: dict[str, Any] = {field: evil}
            assert fail(box, replace(MAIL, **changed)).permanent
    assert all(each["Bcc"] is None for each in box.mails)
    assert {to for _, to in box.envelopes} <= {("lin@example.org",)}


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@b@c",
        "a,b@example.org",
        "<a@example.org>",
        "a@example.org, b@example.org",
        "林@example.org",
        "@example.org",
        "a@" + "x" * 70 + ".org",
        "a@exa..mple.org",
        "(a)b@example.org",
        "b@example.org(a)",
        '"b"@example.org',
        "=?utf-8?q?b?=@example.org",
        "b@straße.example",
    ],
)
def test_what_is_no_address_is_given_up(to: str) -> None:
    with serving_mail() as box:
        assert fail(box, replace(MAIL, to=to)).permanent
    assert box.mails == []


@pytest.mark.parametrize(
    "to",
    [
        "a.b+c_d-e!#$%&'*/?=^`{|}~@example.org",
        "x" * 64 + "@example.org",
        "Lin@163.com",
    ],
)
def test_what_is_an_address_is_written_to_as_it_is(to: str) -> None:
    assert read_address(to) == to
    with serving_mail() as box:
        mailer(box).send(replace(MAIL, to=to))
    assert box.envelopes[0][1] == (to,)
    assert box.mails[0]["To"] == to


def test_a_host_in_letters_of_its_own_is_reached_by_its_plain_name() -> None:
    with serving_mail() as box:
        mailer(box).send(replace(MAIL, to="lin@bücher.example"))
    assert box.envelopes[0][1] == ("lin@xn--bcher-kva.example",)


@pytest.mark.parametrize(
    ("command", "answer", "permanent"),
    [
        ("RCPT", "550 no such user", True),
        ("RCPT", "450 come back later", False),
        ("DATA", "554 we do not like it", True),
        ("DATA", "451 disk full", False),
        # Not this maker's fault: the operator mends it, and all that waited is sent.
        ("MAIL", "550 not from you", False),
    ],
)
def test_the_answer_says_whether_to_try_again(
    command: str, answer: str, *, permanent: bool
) -> None:
    with serving_mail() as box:
        box.says[command] = answer
        failed = fail(box)
        assert failed.permanent is permanent
        assert answer in failed.detail
        box.says.clear()
        mailer(box).send(MAIL)
    assert len(box.mails) == 1


def test_who_must_sign_in_does() -> None:
    with serving_mail(user="lin", password="p%40ss") as box:
        box.url = box.url.replace("p%40ss", "p%2540ss")
        mailer(box).send(MAIL)
        mailer(box).check()
        box.url = box.url.replace("p%2540ss", "wrong")
        failed = fail(box)
        with pytest.raises(MailFailed):
            mailer(box).check()
    assert len(box.mails) == 1
    assert not failed.permanent
    assert "wrong" not in str(failed)


def test_a_server_that_has_no_tls_gets_no_password() -> None:
    with serving_mail() as box:
        box.url = box.url.replace("127", "lin:secret@127") + "?starttls"
        assert not fail(box).permanent
    assert box.mails == []


def test_a_server_that_is_not_there_or_says_nothing_may_come_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        quiet = SmtpMailer(read_mail_server(url), "a@example.org", seconds=0.3)
        with pytest.raises(MailFailed) as failed:
            quiet.send(MAIL)
        assert not failed.value.permanent
    with pytest.raises(MailFailed) as failed:
        quiet.check()
    assert not failed.value.permanent


def test_a_goodbye_that_fails_does_not_undo_the_mail() -> None:
    """The server takes the mail and is gone: that is no reason to send it again."""
    said = [b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go", b"250 taken"]

    def serve() -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as lines:
            for answer in said:
                connection.sendall(answer + b"\r\n")
                while answer != said[-1] and not _is_over(lines.readline(), answer):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        url = f"smtp://127.0.0.1:{server.getsockname()[1]}"
        SmtpMailer(read_mail_server(url), "a@example.org", seconds=3).send(MAIL)
        thread.join(5)


def _is_over(line: bytes, answer: bytes) -> bool:
    return line == b".\r\n" if answer.startswith(b"354") else True


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, "none", "", "")),
        (
            "smtp://u:p%40@mail.example.org?starttls",
            ("mail.example.org", 587, "starttls", "u", "p@"),
        ),
        ("smtps://u@[::1]:2465/", ("::1", 2465, "tls", "u", "")),
    ],
)
def test_the_address_of_a_server_is_read(url: str, told: tuple[object, ...]) -> None:
    found = read_mail_server(url)
    assert (
        found.host,
        found.port,
        found.security,
        found.user,
        found.password,
    ) == told


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://:25",
        "smtp://mail.example.org:0x",
        "smtp://mail.example.org:99999",
        "smtp://mail.example.org/path",
        "smtp://mail.example.org?tls",
        "smtps://mail.example.org?starttls",
    ],
)
def test_what_is_no_server_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"must be smtp://") as refused:
        read_mail_server(url.replace("://", "://u:secret@"))
    assert "secret" not in str(refused.value)
