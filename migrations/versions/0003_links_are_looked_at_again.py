"""Links are looked at again"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
LINK_TROUBLE = sa.text("moderation = 'approved' AND preview IN ('refused', 'failed', 'gone')")
CHANGED = sa.text("changed_at IS NOT NULL")


def upgrade() -> None:
    op.create_table('look',
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('looked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
    sa.Column('gone_since', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('changed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=True),
    sa.Column('picture', sa.JSON(), nullable=True),
    sa.Column('declined_title', sa.Text(), nullable=True),
    sa.Column('declined_fingerprint', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_look_entry_id_entry'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_look'))
    )
    with op.batch_alter_table('look', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_look_looked_at'), ['looked_at'], unique=False)
        batch_op.create_index('ix_look_changed_at', ['changed_at'], unique=False, postgresql_where=CHANGED, sqlite_where=CHANGED)

    op.create_table('look_file',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('format', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['look.entry_id'], name=op.f('fk_look_file_entry_id_look'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_look_file')),
    sa.UniqueConstraint('entry_id', 'name', 'format', name=op.f('uq_look_file_entry_id_name_format'))
    )
    with op.batch_alter_table('look_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_look_file_key'), ['key'], unique=False)

    op.create_table('link_decision',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('entry_id', BIG_ID, nullable=False),
    sa.Column('moderator_id', sa.Integer(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('choice', sa.Enum('take', 'keep', name='choice', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('title_before', sa.Text(), nullable=True),
    sa.Column('title_after', sa.Text(), nullable=True),
    sa.Column('picture_before', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('picture_after', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_link_decision_entry_id_entry')),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_link_decision_moderator_id_moderator')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_decision'))
    )
    with op.batch_alter_table('link_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_decision_entry_id'), ['entry_id'], unique=False)

    op.create_index('ix_entry_link_trouble', 'entry', ['season_id', 'preview', 'no'], unique=False, postgresql_where=LINK_TROUBLE, sqlite_where=LINK_TROUBLE)

    # What was read before is looked at again, counted from when it was read. Seeded
    # entries were never read: their links lead to the reserved names of .example.
    op.execute("""
        INSERT INTO look (entry_id, looked_at, tries, version)
        SELECT entry.id, coalesce(preview.fetched_at, entry.published_at, entry.started_at), 0, 0
        FROM entry JOIN preview ON preview.entry_id = entry.id
        WHERE entry.preview IN ('ready', 'gone') AND entry.link <> ''
        AND entry.link NOT LIKE '%.example/%'
    """)


def downgrade() -> None:
    op.drop_index('ix_entry_link_trouble', 'entry', postgresql_where=LINK_TROUBLE, sqlite_where=LINK_TROUBLE)
    op.drop_table('link_decision')
    op.drop_table('look_file')
    op.drop_table('look')
