"""Pictures that look alike are found by parts of their fingerprints"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BANDS = ("band_1", "band_2", "band_3", "band_4")

# Not in batches: a table made anew would be dropped first, and its renditions with it.
# So the columns come with a default, as SQLite asks of columns that may not be NULL.


def upgrade() -> None:
    for at, name in enumerate(BANDS):
        op.add_column(
            "picture",
            sa.Column(name, sa.String(4), nullable=False, server_default=""),
        )
        op.execute(
            f"UPDATE picture SET {name} = substr(fingerprint, {4 * at + 1}, 4)"  # noqa: S608 - names of our own
        )
        op.create_index(op.f(f"ix_picture_{name}"), "picture", [name])
    op.drop_index(op.f("ix_picture_fingerprint"), "picture")


def downgrade() -> None:
    op.create_index(op.f("ix_picture_fingerprint"), "picture", ["fingerprint"])
    for name in reversed(BANDS):
        op.drop_index(op.f(f"ix_picture_{name}"), "picture")
        op.drop_column("picture", name)
