"""Proofs of work that came with an entry: each counts once, and is then remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from relay.domain.errors import Conflict
from relay.domain.secret import hash_token
from relay.models import SpentProof

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlmodel import Session


@dataclass(frozen=True)
class Proof:
    """A proof that was checked: the signature of its challenge, and when it is over."""

    signature: str
    until: datetime

    @property
    def hash(self) -> str:
        """The name under which it is remembered; other proofs are kept there, too."""
        return hash_token(f"work {self.signature}")


class ProofSpentError(Conflict):
    """This proof came with another entry already."""

    code = "proof_spent"

    def __init__(self) -> None:
        super().__init__("This proof of work was used already.")


def is_spent(connection: Connection, proof: Proof) -> bool:
    """Tell whether a proof came with an entry already."""
    asked = select(col(SpentProof.until)).where(
        col(SpentProof.proof_hash) == proof.hash
    )
    return connection.execute(asked).first() is not None


def spend_proof(session: Session, proof: Proof) -> None:
    """Let a proof count this once, in the caller's commit; raises ProofSpentError."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    dialect = postgresql if is_postgres else sqlite
    kept = session.connection().execute(
        dialect.insert(SpentProof)
        .values(proof_hash=proof.hash, until=proof.until)
        .on_conflict_do_nothing()
        # Not counted: PostgreSQL's driver may not know how many rows there were.
        .returning(col(SpentProof.proof_hash))
    )
    if kept.first() is None:
        raise ProofSpentError
