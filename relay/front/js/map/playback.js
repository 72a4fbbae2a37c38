// The relay day by day: what came, how far the clock has run, what still moves.
const SHORTEST = 12_000; // milliseconds of a whole playback
const LONGEST = 60_000;
const A_DAY = 400;
const GROW = 850; // a leg grows
const GLOW = 1_500; // and fades to the others
const RIPPLE = 1_300;
const MOST_RIPPLES = 60;

export class Playback {
  constructor(scene, rows, step) {
    this.scene = scene;
    this.rows = rows;
    this.step = step;
    this.days = [...new Set(rows.map((row) => row.day))];
    this.first = this.days[0];
    this.last = this.days[this.days.length - 1];
    const length = Math.min(LONGEST, Math.max(SHORTEST, ((this.last - this.first) / step) * A_DAY));
    this.pace = Math.max(1, this.last - this.first) / length; // days per millisecond
    this.speed = 1;
    this.growing = new Map();
    this.rippling = new Map();
    this.end();
  }

  // Today, with nothing moving: the map as it is without a playback.
  end() {
    this.running = false;
    this.time = this.last;
    this.next = this.rows.length;
    this.still();
  }

  still() {
    this.growing.clear();
    this.rippling.clear();
  }

  get day() {
    return Math.max(this.first, Math.floor(this.time));
  }

  get isOver() {
    return this.next >= this.rows.length;
  }

  // Goes to the end of a day, backwards or forwards, without movement.
  seek(day) {
    this.time = Math.max(this.first, Math.min(this.last, day));
    this.next = 0;
    this.scene.showNothing();
    this.still();
    while (this.next < this.rows.length && this.rows[this.next].day <= this.time) {
      this.scene.add(this.rows[this.next]);
      this.next += 1;
    }
    // The kept counts may know more than the days do, such as passes without a day.
    if (this.isOver) this.scene.showAll();
  }

  // Goes to just before the first day, so that it, too, will be seen to come.
  rewind() {
    this.time = this.first - 0.01;
    this.next = 0;
    this.still();
    this.scene.showNothing();
  }

  // The nearest day on which something came; null when there is none.
  neighbour(way) {
    const days = way > 0 ? this.days : [...this.days].reverse();
    return days.find((day) => (day - this.day) * way > 0) ?? null;
  }

  run(elapsed, now) {
    this.time = Math.min(this.last, this.time + elapsed * this.pace * this.speed);
    while (this.next < this.rows.length && this.rows[this.next].day <= this.time) {
      const { group, line } = this.scene.add(this.rows[this.next]);
      if (group && this.rippling.size < MOST_RIPPLES) this.rippling.set(group, now);
      if (line && this.growing.size < MOST_RIPPLES) this.growing.set(line, now);
      this.next += 1;
    }
    if (!this.isOver) return;
    this.running = false;
    this.scene.showAll();
  }

  // Forgets what has come to rest; says whether anything still moves.
  settle(now) {
    for (const [line, since] of this.growing) if (now - since > GROW + GLOW) this.growing.delete(line);
    for (const [group, since] of this.rippling) if (now - since > RIPPLE) this.rippling.delete(group);
    return this.running || this.growing.size > 0 || this.rippling.size > 0;
  }

  extras(now) {
    return {
      growing: this.growing,
      rippling: this.rippling,
      ages: (line) => {
        const age = now - this.growing.get(line);
        return { share: 1 - (1 - Math.min(1, age / GROW)) ** 2, glow: age < GROW ? 1 : 1 - Math.min(1, (age - GROW) / GLOW) };
      },
      ripples: (group) => [0, 0.22].map((late) => {
        const share = (now - this.rippling.get(group)) / RIPPLE - late;
        return share > 0 && share < 1 ? [30 * (1 - (1 - share) ** 2), 0.9 * (1 - share)] : [0, 0];
      }),
    };
  }
}
