"""The desk: people, leases, revisions, notices, trust, the audit log, and imports"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from alembic.operations import BatchOperations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sqlmodel.sql.sqltypes.UTCDateTime()
CHOICES = ("approve", "reject", "ask_changes", "take_down", "restore")
MORE_CHOICES = (
    *CHOICES,
    "merge",
    "edit",
    "blur",
    "unblur",
    "stash",
    "assign",
    "undo",
    "appeal",
)
TOPICS = ("fetch_preview", "make_picture", "print_cards", "remind_maker")
MORE_TOPICS = (
    *TOPICS,
    "reveal_entry",
    "tell_maker",
    "tell_reporter",
    "tell_moderator",
    "run_import",
)
REASONS = (
    "off_theme",
    "not_art",
    "not_yours",
    "personal_data",
    "child_named",
    "hurtful",
    "advertising",
    "broken_link",
    "duplicate",
    "unclear",
    "asked_by_maker",
    "other",
)
ACTORS = ("moderator", "maker", "rule", "reports", "clock")
AUDITS = ("decision", "link_decision", "parent_decision")

# Added one by one, not in batches: a table made anew would be dropped first, and what
# points to it with it. So what may not be NULL comes with a default.
COLUMNS = {
    "entry": (
        ("blurred", sa.Boolean(), sa.false()),
        ("merged_into", BIG_ID, None),
    ),
    "moderator": (
        ("name", sa.String(80), ""),
        ("scope", sa.JSON(), None),
        ("habits", sa.JSON(), None),
        ("lang", sa.String(35), ""),
        ("totp", sa.String(255), None),
        ("recovery_codes", sa.JSON(), None),
        ("passkey_handle", sa.String(64), None),
        ("erased_at", TIME, None),
    ),
    "season": (
        ("partners", sa.JSON(), None),
        ("rules", sa.JSON(), None),
        ("symbol_picture", sa.String(120), None),
    ),
}
# The newest first, so that what points to another goes before it.
TABLES = (
    "import_row",
    "import_batch",
    "spent_proof",
    "sample",
    "hold",
    "trust_rule",
    "notice",
    "appeal",
    "revision",
    "approval",
    "reveal",
    "stash",
    "lease",
    "desk_setting",
    "reason_text",
    "audit",
    "sign_in_failure",
    "desk_session",
    "passkey",
    "account_link",
)


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for name, kind, default in columns:
            op.add_column(
                table,
                sa.Column(name, kind, nullable=default is None, server_default=default),
            )
    op.create_index(
        op.f("ix_moderator_passkey_handle"),
        "moderator",
        ["passkey_handle"],
        unique=True,
    )
    _change_audits()
    _change_reports()
    _allow_topics(MORE_TOPICS)
    _create_people()
    _create_desk()
    _create_trust_and_imports()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    topics = ", ".join(f"'{each}'" for each in set(MORE_TOPICS) - set(TOPICS))
    op.execute(f"DELETE FROM outbox WHERE topic IN ({topics})")  # noqa: S608 - our own
    _allow_topics(TOPICS)
    _change_reports_back()
    _change_audits_back()
    op.drop_index(op.f("ix_moderator_passkey_handle"), "moderator")
    for table, columns in COLUMNS.items():
        for name, _, _ in columns:
            op.drop_column(table, name)


def _change_audits() -> None:
    with op.batch_alter_table("decision") as batch_op:
        batch_op.add_column(
            sa.Column(
                "actor", sa.String(32), nullable=False, server_default="moderator"
            )
        )
        batch_op.add_column(sa.Column("details", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("undoes_id", BIG_ID, nullable=True))
        batch_op.alter_column(
            "moderator_id", existing_type=sa.Integer(), nullable=True
        )
        batch_op.drop_constraint(op.f("ck_decision_choice"), type_="check")
        batch_op.drop_constraint(op.f("ck_decision_reason"), type_="check")
        _add_check(batch_op, "decision", "choice", MORE_CHOICES)
        _add_check(batch_op, "decision", "actor", ACTORS)
        batch_op.create_foreign_key(
            op.f("fk_decision_undoes_id_decision"), "decision", ["undoes_id"], ["id"]
        )
    for table in ("link_decision", "parent_decision"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(
                "moderator_id", existing_type=sa.Integer(), nullable=True
            )


def _change_audits_back() -> None:
    """Rows that the older software has no words for are lost."""
    for table in AUDITS:
        op.execute(f"DELETE FROM {table} WHERE moderator_id IS NULL")  # noqa: S608
    op.execute("UPDATE decision SET undoes_id = NULL")
    op.execute(f"DELETE FROM decision WHERE NOT ({_in('choice', CHOICES)})")  # noqa: S608
    op.execute(
        f"UPDATE decision SET reason = 'other' WHERE NOT ({_in('reason', REASONS)})"  # noqa: S608
    )
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_constraint(
            op.f("fk_decision_undoes_id_decision"), type_="foreignkey"
        )
        batch_op.drop_constraint(op.f("ck_decision_choice"), type_="check")
        batch_op.drop_constraint(op.f("ck_decision_actor"), type_="check")
        for column in ("actor", "details", "undoes_id"):
            batch_op.drop_column(column)
        _add_check(batch_op, "decision", "choice", CHOICES)
        _add_check(batch_op, "decision", "reason", REASONS)
    for table in AUDITS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(
                "moderator_id", existing_type=sa.Integer(), nullable=False
            )


def _change_reports() -> None:
    with op.batch_alter_table("report") as batch_op:
        for column in (
            sa.Column("email", sa.String(254), nullable=True),
            sa.Column("lang", sa.String(35), nullable=False, server_default=""),
            sa.Column("reporter_hash", sa.String(64), nullable=True),
            sa.Column("resolved_by", sa.Integer(), nullable=True),
            sa.Column("outcome", sa.String(32), nullable=True),
            sa.Column("told_at", TIME, nullable=True),
        ):
            batch_op.add_column(column)
        _add_check(batch_op, "report", "outcome", ("acted", "kept"))
    op.create_index(
        "ix_report_open",
        "report",
        ["entry_id"],
        postgresql_where=sa.text("resolved_at IS NULL"),
        sqlite_where=sa.text("resolved_at IS NULL"),
    )


def _change_reports_back() -> None:
    op.drop_index("ix_report_open", "report")
    with op.batch_alter_table("report") as batch_op:
        batch_op.drop_constraint(op.f("ck_report_outcome"), type_="check")
        for column in (
            "email",
            "lang",
            "reporter_hash",
            "resolved_by",
            "outcome",
            "told_at",
        ):
            batch_op.drop_column(column)


def _create_people() -> None:
    op.create_table('account_link',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=False),
    sa.Column('purpose', _one_of('purpose', ('invite', 'reset',)), nullable=False),
    sa.Column('token_hash', sa.String(64), nullable=False),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('expires_at', TIME, nullable=False),
    sa.Column('used_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_account_link_moderator_id_moderator')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_account_link_token_hash'))
    )
    op.create_index(op.f('ix_account_link_moderator_id'), 'account_link', ['moderator_id'], unique=False)
    op.create_table('passkey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('transports', sa.JSON(), nullable=True),
    sa.Column('name', sa.String(80), nullable=False),
    sa.Column('backed_up', sa.Boolean(), nullable=False),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('used_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_passkey_moderator_id_moderator')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    op.create_index(op.f('ix_passkey_moderator_id'), 'passkey', ['moderator_id'], unique=False)
    op.create_table('desk_session',
    sa.Column('token_hash', sa.String(64), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=False),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('seen_at', TIME, nullable=False),
    sa.Column('ended_at', TIME, nullable=True),
    sa.Column('address', sa.String(45), nullable=True),
    sa.Column('browser', sa.String(200), nullable=True),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_desk_session_moderator_id_moderator')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_desk_session'))
    )
    op.create_index(op.f('ix_desk_session_moderator_id'), 'desk_session', ['moderator_id'], unique=False)
    op.create_table('sign_in_failure',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('account_hash', sa.String(64), nullable=False),
    sa.Column('address_hash', sa.String(64), nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_failure'))
    )
    op.create_index('ix_sign_in_failure_account_hash_at', 'sign_in_failure', ['account_hash', 'at'], unique=False)
    op.create_index('ix_sign_in_failure_address_hash_at', 'sign_in_failure', ['address_hash', 'at'], unique=False)
    op.create_table('audit',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=True),
    sa.Column('what', sa.String(64), nullable=False),
    sa.Column('entry_id', BIG_ID, nullable=True),
    sa.Column('subject', sa.String(120), nullable=False),
    sa.Column('details', sa.JSON(), nullable=True),
    sa.Column('address', sa.String(45), nullable=True),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_audit_moderator_id_moderator')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_index(op.f('ix_audit_at'), 'audit', ['at'], unique=False)
    op.create_index(op.f('ix_audit_entry_id'), 'audit', ['entry_id'], unique=False)
    op.create_index(op.f('ix_audit_moderator_id'), 'audit', ['moderator_id'], unique=False)


def _create_desk() -> None:
    op.create_table('reason_text',
    sa.Column('key', sa.String(32), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('changed_at', TIME, nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_reason_text'))
    )
    op.create_table('desk_setting',
    sa.Column('key', sa.String(64), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('changed_at', TIME, nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_desk_setting_moderator_id_moderator')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_desk_setting'))
    )
    op.create_table('lease',
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=False),
    sa.Column('since', TIME, nullable=False),
    sa.Column('until', TIME, nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_lease_entry_id_entry'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_lease_moderator_id_moderator')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_lease'))
    )
    op.create_index(op.f('ix_lease_moderator_id'), 'lease', ['moderator_id'], unique=False)
    op.create_index(op.f('ix_lease_until'), 'lease', ['until'], unique=False)
    op.create_table('stash',
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('for_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(2000), nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['moderator.id'], name=op.f('fk_stash_by_id_moderator')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_stash_entry_id_entry'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['for_id'], ['moderator.id'], name=op.f('fk_stash_for_id_moderator')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_stash'))
    )
    op.create_index(op.f('ix_stash_for_id'), 'stash', ['for_id'], unique=False)
    op.create_table('reveal',
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=True),
    sa.Column('at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_reveal_entry_id_entry'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_reveal_moderator_id_moderator')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_reveal'))
    )
    op.create_index(op.f('ix_reveal_at'), 'reveal', ['at'], unique=False)
    op.create_table('approval',
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_approval_entry_id_entry'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_approval_moderator_id_moderator')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_approval'))
    )
    op.create_table('revision',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('by', _one_of('by', ('maker', 'describer',)), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=True),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('state', _one_of('state', ('waiting', 'taken', 'refused', 'over',)), nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.Column('decided_at', TIME, nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['moderator.id'], name=op.f('fk_revision_decided_by_moderator')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_revision_entry_id_entry')),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_revision_moderator_id_moderator')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision'))
    )
    op.create_index(op.f('ix_revision_entry_id'), 'revision', ['entry_id'], unique=False)
    op.create_index('ix_revision_waiting', 'revision', ['at', 'id'], unique=False, postgresql_where=sa.text("state = 'waiting'"), sqlite_where=sa.text("state = 'waiting'"))
    op.create_table('appeal',
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.Column('decided_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_appeal_entry_id_entry'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_appeal'))
    )
    op.create_table('notice',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('about', _one_of('about', ('received', 'approved', 'changes_asked', 'rejected', 'taken_down', 'restored', 'taken_back', 'edited', 'merged', 'passed_on', 'revision_taken', 'revision_refused', 'withdrawn',)), nullable=False),
    sa.Column('decision_id', BIG_ID, nullable=True),
    sa.Column('details', sa.JSON(), nullable=True),
    sa.Column('at', TIME, nullable=False),
    sa.Column('mailed_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_notice_decision_id_decision')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_notice_entry_id_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    op.create_index(op.f('ix_notice_entry_id'), 'notice', ['entry_id'], unique=False)
    


def _create_trust_and_imports() -> None:
    op.create_table('trust_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', _one_of('kind', ('allow_domain', 'allow_account', 'block_word', 'block_link', 'block_domain',)), nullable=False),
    sa.Column('pattern', sa.Text(), nullable=False),
    sa.Column('note', sa.String(200), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('changed_at', TIME, nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_trust_rule_moderator_id_moderator')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trust_rule'))
    )
    op.create_table('hold',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=True),
    sa.Column('kind', _one_of('kind', ('allow_domain', 'allow_account', 'block_word', 'block_link', 'block_domain',)), nullable=False),
    sa.Column('pattern', sa.Text(), nullable=False),
    sa.Column('place', sa.String(32), nullable=False),
    sa.Column('found', sa.Text(), nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_hold_entry_id_entry'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold'))
    )
    op.create_index(op.f('ix_hold_entry_id'), 'hold', ['entry_id'], unique=False)
    op.create_table('sample',
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=True),
    sa.Column('at', TIME, nullable=False),
    sa.Column('seen_at', TIME, nullable=True),
    sa.Column('seen_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_sample_entry_id_entry'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['seen_by'], ['moderator.id'], name=op.f('fk_sample_seen_by_moderator')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_sample'))
    )
    op.create_index(op.f('ix_sample_seen_at'), 'sample', ['seen_at'], unique=False)
    op.create_table('spent_proof',
    sa.Column('proof_hash', sa.String(64), nullable=False),
    sa.Column('until', TIME, nullable=False),
    sa.PrimaryKeyConstraint('proof_hash', name=op.f('pk_spent_proof'))
    )
    op.create_index(op.f('ix_spent_proof_until'), 'spent_proof', ['until'], unique=False)
    op.create_table('import_batch',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('ref', sa.String(32), nullable=False),
    sa.Column('season_id', sa.Integer(), nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(200), nullable=False),
    sa.Column('institution', sa.String(200), nullable=False),
    sa.Column('publish', sa.Boolean(), nullable=False),
    sa.Column('state', _one_of('state', ('checked', 'running', 'done', 'cancelled',)), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('begun_at', TIME, nullable=True),
    sa.Column('finished_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_import_batch_moderator_id_moderator')),
    sa.ForeignKeyConstraint(['season_id'], ['season.id'], name=op.f('fk_import_batch_season_id_season')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch')),
    sa.UniqueConstraint('ref', name=op.f('uq_import_batch_ref'))
    )
    op.create_table('import_row',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('batch_id', BIG_ID, nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('faults', sa.JSON(), nullable=True),
    sa.Column('picture_key', sa.String(120), nullable=True),
    sa.Column('entry_id', BIG_ID, nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_import_row_batch_id_import_batch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_row')),
    sa.UniqueConstraint('batch_id', 'line', name=op.f('uq_import_row_batch_id_line'))
    )


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(
        *values, name=name, native_enum=False, create_constraint=True, length=32
    )


def _in(column: str, values: tuple[str, ...]) -> str:
    words = ", ".join(f"'{each}'" for each in values)
    return f"{column} IN ({words})"


def _add_check(
    batch_op: BatchOperations, table: str, column: str, values: tuple[str, ...]
) -> None:
    batch_op.create_check_constraint(
        op.f(f"ck_{table}_{column}"), _in(column, values)
    )


def _allow_topics(topics: tuple[str, ...]) -> None:
    """Nothing points to the outbox: it may be made anew, as SQLite asks."""
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_constraint(op.f("ck_outbox_topic"), type_="check")
        _add_check(batch_op, "outbox", "topic", topics)
