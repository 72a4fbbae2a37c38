"""Printed cards: the HTML of a published entry, once for each language."""

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from relay.models.base import BIG_ID


class Card(SQLModel, table=True):
    """Fragments of one entry; `edition` names the template and words they used."""

    entry_id: int = Field(foreign_key="entry.id", primary_key=True, sa_type=BIG_ID)
    lang: str = Field(primary_key=True, max_length=16)
    edition: str = Field(max_length=16, index=True)
    pictures: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
