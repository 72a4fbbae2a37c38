"""Mails go before previews, alt texts say their language, and describers' lists an index"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UNDESCRIBED = sa.text("alt = ''")


def upgrade() -> None:
    op.create_index("ix_outbox_topic", "outbox", ["state", "topic", "due_at"])
    op.add_column(
        "entry",
        sa.Column("alt_lang", sa.String(35), nullable=False, server_default=""),
    )
    op.create_index(
        "ix_entry_undescribed",
        "entry",
        ["submitted_at", "id"],
        sqlite_where=UNDESCRIBED,
        postgresql_where=UNDESCRIBED,
    )


def downgrade() -> None:
    op.drop_index("ix_entry_undescribed", "entry")
    op.drop_column("entry", "alt_lang")
    op.drop_index("ix_outbox_topic", "outbox")
