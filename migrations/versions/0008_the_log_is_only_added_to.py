"""The log is only added to: the database refuses to change or delete its rows

What may be blanked is who it was, from where, and what was quoted of a maker who has
withdrawn. The time of a row is the clock's, which the demo sets back.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The columns of each table that nobody may change once a row is there.
FIXED = {
    "decision": (
        "id",
        "entry_id",
        "actor",
        "choice",
        "before",
        "after",
        "reason",
        "version",
        "undoes_id",
    ),
    "link_decision": ("id", "entry_id", "choice", "version"),
    "parent_decision": (
        "id",
        "entry_id",
        "parent_before",
        "parent_after",
        "known_before",
        "known_after",
        "version",
    ),
    "audit": ("id", "what", "entry_id", "subject"),
}
REFUSED = "The log is only added to."


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute(f"""
            CREATE FUNCTION refuse_to_forget() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
            END $$
        """)
    for table, columns in FIXED.items():
        listed = ", ".join(f'"{each}"' for each in columns)
        changed = " OR ".join(
            f'OLD."{each}" IS DISTINCT FROM NEW."{each}"'
            if is_postgresql
            else f'OLD."{each}" IS NOT NEW."{each}"'
            for each in columns
        )
        for name, event, when in (
            ("no_delete", "DELETE", ""),
            ("no_update", f"UPDATE OF {listed}", f"WHEN ({changed})"),
        ):
            body = (
                "EXECUTE FUNCTION refuse_to_forget()"
                if is_postgresql
                else f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table}"
                f" FOR EACH ROW {when} {body}"
            )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in FIXED:
        for name in ("no_delete", "no_update"):
            on = f" ON {table}" if is_postgresql else ""
            op.execute(f"DROP TRIGGER {table}_{name}{on}")
    if is_postgresql:
        op.execute("DROP FUNCTION refuse_to_forget()")
