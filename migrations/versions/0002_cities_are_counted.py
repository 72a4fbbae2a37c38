"""Cities are counted as their entries are published"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Not in batches: SQLite can do both steps, and a table made anew would lose its checks.


def upgrade() -> None:
    op.add_column("tally", sa.Column("cities", sa.Integer(), nullable=True))
    op.execute("""
        UPDATE tally SET cities = (
            SELECT count(*) FROM place
            WHERE place.season_id = tally.season_id AND place.entries > 0
            AND (tally.of = 'all' OR place.country = tally.value)
        )
        WHERE tally.of IN ('all', 'country')
    """)


def downgrade() -> None:
    op.drop_column("tally", "cities")
