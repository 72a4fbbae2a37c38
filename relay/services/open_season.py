"""Making a season, and the first one of a new installation; setting its hours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlmodel import select

from relay.domain.errors import FieldError, Invalid
from relay.domain.season import SymbolKind
from relay.domain.season_plan import clean_plan, to_plain
from relay.models import Season
from relay.services.audit import audit
from relay.services.change_season import (
    columns_of,
    keep_change,
    keep_symbol,
    require_free,
    require_plan,
    require_possible,
)
from relay.services.edition import turn_edition
from relay.services.writing import writing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from relay.domain.season_plan import SeasonPlan
    from relay.ports import Clock, Gazetteer

NANJING = 1799962  # GeoNames


def ensure_first_season(engine: Engine, *, clock: Clock) -> bool:
    """Make season 3, "Leave No One Behind", where there is none; tell whether so."""
    now = clock.now().replace(microsecond=0)
    with writing(engine) as session:
        if session.exec(select(Season.id).limit(1)).first() is not None:
            return False
        session.add(
            Season(
                slug="leave-no-one-behind",
                number=3,
                titles=_TITLES,
                statements=_STATEMENTS,
                symbol_kind=SymbolKind.ANTIQUE,
                symbol_names=_SYMBOL_NAMES,
                symbol_stories=_SYMBOL_STORIES,
                origin_city=NANJING,
                hashtags=["#LeaveNoOneBehind", "#TheForceOfCulture"],
                opens_at=now,
                time_zone="Asia/Shanghai",
                created_at=now,
            )
        )
    return True


def open_season(
    engine: Engine,
    plan: SeasonPlan,
    *,
    moderator_id: int | None,
    clock: Clock,
    gazetteer: Gazetteer,
) -> int:
    """Make a new season as planned, with an audit row; return its id.

    It shows at once; entries are taken from its opening on. Raises Invalid.
    """
    plan, now = clean_plan(plan), clock.now()
    require_possible(plan, gazetteer)
    with writing(engine) as session:
        require_free(session, plan, None)
        season = Season(**columns_of(plan), created_at=now)
        session.add(season)
        session.flush()
        keep_symbol(session, season, plan, now=now)
        audit(
            session,
            "season.made",
            now=now,
            moderator_id=moderator_id,
            subject=season.id,
            details={"slug": plan.slug, "after": to_plain(plan)},
        )
        turn_edition(session)
    return season.id or 0


def set_hours(
    engine: Engine,
    slug: str,
    *,
    opens_at: datetime,
    closes_at: datetime | None,
    clock: Clock,
    moderator_id: int | None = None,
) -> None:
    """Set when a season takes entries, as a change; raises NotFound and Invalid."""
    if closes_at is not None and closes_at <= opens_at:
        raise Invalid([FieldError("closes", "before_opening")])
    with writing(engine) as session:
        season, before = require_plan(session, slug)
        keep_change(
            session,
            season,
            before,
            replace(before, opens_at=opens_at, closes_at=closes_at),
            moderator_id=moderator_id,
            now=clock.now(),
        )


_TITLES = {
    "en": "Leave No One Behind",
    "zh-Hans": "不让任何一个人掉队",
    "he": "לא משאירים אף אחד מאחור",
}

_STATEMENTS = {
    "en": (
        "Every brick of Nanjing’s old city wall carries the name of the person who "
        "made it. This wall does the same. Post an artwork about care, tell us your "
        "city, and pass it on."
    ),
    "zh-Hans": (
        "南京老城墙的每一块砖上，都刻着烧砖人的名字。这面墙也是如此。"
        "发布一件关于关爱的作品，告诉我们你的城市，然后把接力棒传下去。"
    ),
    "he": (
        "כל לבֵנה בחומה העתיקה של נאנג׳ינג נושאת את שמו של מי שיצר אותה. "
        "כך גם הקיר הזה. פרסמו יצירה על אכפתיות, ספרו לנו מאיזו עיר אתם, "
        "והעבירו הלאה."
    ),
}

_SYMBOL_NAMES = {
    "en": "The signed bricks of the Nanjing city wall",
    "zh-Hans": "南京城墙上的铭文砖",
    "he": "הלבֵנים החתומות של חומת נאנג׳ינג",
}

_SYMBOL_STORIES = {
    "en": (
        "Six hundred years ago, brickmakers pressed their names and home counties "
        "into clay, so that nobody who built the wall would be forgotten."
    ),
    "zh-Hans": (
        "六百多年前，烧砖的工匠把自己的姓名和家乡印在泥坯上，"
        "让每一个筑城的人都不被遗忘。"
    ),
    "he": (
        "לפני שש מאות שנה הטביעו יצרני הלבֵנים בחומר את שמם ואת מחוז הולדתם, "
        "כדי שאיש מבוני החומה לא יישכח."
    ),
}
