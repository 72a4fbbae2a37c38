"""A person without scripts: opens pages, fills in the forms found there, sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from selectolax.lexbor import LexborNode
    from werkzeug.test import TestResponse


class Person:
    """One browser of one person, as far as HTML goes."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.path = "/"
        self.status = 0
        self.text = ""
        self.page = LexborHTMLParser("<p></p>")

    def open(self, address: str) -> Person:
        """Go to an address, through every redirect."""
        return self._show(self.client.get(address, follow_redirects=True))

    def follow(self, words: str) -> Person:
        """Follow the link with these words."""
        for each in self.page.css("a[href]"):
            if words in each.text():
                return self.open(urljoin(self.path, each.attributes["href"] or ""))
        message = f"{self.path} has no link {words!r}"
        raise AssertionError(message)

    def send(self, button: str, **typed: object) -> Person:
        """Fill in the form that holds a button with these words, and press it."""
        form, pressed = self._form_of(button)
        fields: dict[str, object] = dict(_fields(form))
        unknown = set(typed) - set(fields) - _names(form)
        assert not unknown, f"{self.path} does not ask for {unknown}"
        fields |= {name: value for name, value in typed.items() if value is not None}
        fields = {k: v for k, v in fields.items() if typed.get(k, "") is not None}
        if name := pressed.attributes.get("name"):
            fields[name] = pressed.attributes.get("value") or ""
        action = pressed.attributes.get("formaction") or form.attributes.get("action")
        address = urljoin(self.path, action or "")
        if (form.attributes.get("method") or "get").lower() == "get":
            return self._show(
                self.client.get(address, query_string=fields, follow_redirects=True)
            )
        kind = form.attributes.get("enctype") or "application/x-www-form-urlencoded"
        return self._show(
            self.client.post(
                address, data=fields, content_type=kind, follow_redirects=True
            )
        )

    def value(self, name: str) -> str:
        """Return what stands in a field."""
        for form in self.page.css("form"):
            fields = dict(_fields(form))
            if name in fields:
                return fields[name]
        message = f"{self.path} has no field {name}"
        raise AssertionError(message)

    def first(self, selector: str) -> LexborNode:
        """Return the first part of the page that a selector finds."""
        found = self.page.css_first(selector)
        assert found is not None, f"{self.path} has no {selector}"
        return found

    def says(self, words: str) -> bool:
        """Tell whether words can be read on the page."""
        body = self.page.body
        return body is not None and words in " ".join(body.text(separator=" ").split())

    def _form_of(self, button: str) -> tuple[LexborNode, LexborNode]:
        for form in self.page.css("form"):
            for each in form.css("button"):
                if each.text(strip=True) == button:
                    return form, each
        message = f"{self.path} has no button {button!r}"
        raise AssertionError(message)

    def _show(self, answer: TestResponse) -> Person:
        self.path, self.status = answer.request.path, answer.status_code
        self.text = answer.get_data(as_text=True)
        self.page = LexborHTMLParser(self.text)
        return self


def _names(form: LexborNode) -> set[str]:
    return {each.attributes.get("name") or "" for each in form.css("[name]")}


def _fields(form: LexborNode) -> list[tuple[str, str]]:
    """Return what a browser would send of a form that nobody touched."""
    fields = []
    for each in form.css("input[name], textarea[name], select[name]"):
        about = each.attributes
        name, kind = about["name"] or "", about.get("type")
        if each.tag == "textarea":
            fields.append((name, each.text().removeprefix("\n")))
        elif each.tag == "select":
            chosen = each.css_first("option[selected]") or each.css_first("option")
            fields.append((name, (chosen and chosen.attributes.get("value")) or ""))
        elif kind in {"checkbox", "radio"}:
            if "checked" in about:
                fields.append((name, about.get("value") or ""))
        elif kind != "file":
            fields.append((name, about.get("value") or ""))
    return fields
