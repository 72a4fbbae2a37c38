"""What all tables share: constraint names and the column kinds we use."""

from enum import StrEnum

from sqlalchemy import BigInteger, Enum, Integer
from sqlmodel import SQLModel

metadata = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by itself only for INTEGER keys; PostgreSQL gets 64 bits.
BIG_ID = BigInteger().with_variant(Integer(), "sqlite")

# Room for names to come, so that a new value needs no wider column.
CHOICE_LENGTH = 32


def one_of(values: type[StrEnum], name: str) -> Enum:
    """Return a column type that stores the values (not the names) and checks them."""
    return Enum(
        values,
        name=name,
        values_callable=lambda each: [member.value for member in each],
        native_enum=False,
        length=CHOICE_LENGTH,
        create_constraint=True,
        validate_strings=True,
    )
