"""The relay itself: named batons, kept figures, milestones, stories of cities"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sqlmodel.sql.sqltypes.UTCDateTime()
KNOWN = ("declared", "claimed", "inferred", "none")
TOPICS = ("fetch_preview", "make_picture", "print_cards")
MORE_TOPICS = (*TOPICS, "remind_maker")

# Added one by one, not in batches: a table made anew would be dropped first, and what
# points to it with it. So what may not be NULL comes with a default.
COLUMNS = {
    "baton": (
        ("name", sa.String(80), ""),
        ("opened", sa.Integer(), "0"),
        ("used", sa.Integer(), "0"),
    ),
    "entry": (
        ("baton_code", sa.String(16), None),
        ("remind", sa.Boolean(), sa.false()),
        ("reminded_at", TIME, None),
    ),
    "preview": (("baton_code", sa.String(16), None),),
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for name, kind, default in columns:
            op.add_column(
                table,
                sa.Column(name, kind, nullable=default is None, server_default=default),
            )
    # Which baton a declared entry came with was not kept: its parent's first one.
    op.execute("""
        UPDATE entry SET baton_code = (
            SELECT code FROM baton WHERE baton.entry_id = entry.parent_id
            ORDER BY baton.created_at, baton.code LIMIT 1)
        WHERE parent_known = 'declared' AND submitted_at IS NOT NULL
    """)
    op.execute("""
        UPDATE baton SET used = counted.many FROM (
            SELECT baton_code AS code, count(*) AS many FROM entry
            WHERE baton_code IS NOT NULL GROUP BY baton_code) AS counted
        WHERE baton.code = counted.code
    """)

    op.create_table(
        "relay_figures",
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("edition", BIG_ID, nullable=False),
        sa.Column("measured_at", TIME, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("columns", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["season_id"], ["season.id"], name=op.f("fk_relay_figures_season_id_season")
        ),
        sa.PrimaryKeyConstraint("season_id", name=op.f("pk_relay_figures")),
    )
    op.create_table(
        "milestone",
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column(
            "of",
            sa.Enum(
                "cities",
                "km",
                "country",
                name="of",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(16), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["season_id"], ["season.id"], name=op.f("fk_milestone_season_id_season")
        ),
        sa.PrimaryKeyConstraint("season_id", "of", "value", name=op.f("pk_milestone")),
    )
    op.create_table(
        "story",
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["season_id"], ["season.id"], name=op.f("fk_story_season_id_season")
        ),
        sa.PrimaryKeyConstraint("season_id", "city_id", name=op.f("pk_story")),
    )
    op.create_table(
        "parent_decision",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("parent_before", BIG_ID, nullable=True),
        sa.Column("parent_after", BIG_ID, nullable=True),
        sa.Column("known_before", _one_of("known_before", KNOWN), nullable=False),
        sa.Column("known_after", _one_of("known_after", KNOWN), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_parent_decision_entry_id_entry")
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"],
            ["moderator.id"],
            name=op.f("fk_parent_decision_moderator_id_moderator"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parent_decision")),
    )
    op.create_index(
        op.f("ix_parent_decision_entry_id"), "parent_decision", ["entry_id"]
    )
    _allow_topics(MORE_TOPICS)


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE topic = 'remind_maker'")
    _allow_topics(TOPICS)
    for table in ("parent_decision", "story", "milestone", "relay_figures"):
        op.drop_table(table)
    for table, columns in COLUMNS.items():
        for name, _, _ in columns:
            op.drop_column(table, name)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(
        *values, name=name, native_enum=False, create_constraint=True, length=32
    )


def _allow_topics(topics: tuple[str, ...]) -> None:
    """Nothing points to the outbox: it may be made anew, as SQLite asks."""
    words = ", ".join(f"'{each}'" for each in topics)
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_constraint(op.f("ck_outbox_topic"), type_="check")
        batch_op.create_check_constraint(op.f("ck_outbox_topic"), f"topic IN ({words})")
