"""The relay is read from an index"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAME = "ix_entry_relay"
COLUMNS = (
    "season_id", "submitted_at", "id", "parent_id", "city_id", "no", "moderation",
    "parent_known", "kind",
)  # fmt: skip
SENT = sa.text("submitted_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(NAME, "entry", [*COLUMNS], sqlite_where=SENT, postgresql_where=SENT)


def downgrade() -> None:
    op.drop_index(NAME, "entry")
