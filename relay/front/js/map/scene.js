// What is to be drawn: cities near each other as one dot, legs between such dots as one
// line. So ten thousand cities stay a few hundred dots at any zoom.
import { along, angle } from "./ripple.js";

const OVERLAP = 0.72; // share of both radii under which two dots become one
const WIDER = 1.25; // and how much wider each next try is, while there are too many
const MOST = 150;
// As many lines as the server's drawing has: more of them hide each other.
export const MOST_LINES = 90;
// Sizes in thousandths of the map's width, as in relay/domain/map_groups.py.
const SMALLEST = 3.95;
const GROWTH = 1.517;
const LARGEST = 15;
const MOST_HALVINGS = 9;
const BEND = 0.7; // pixels by which a line may miss its great circle
// Of its length, and in thousandths of the map's width at most: how far one of two ways
// between the same dots keeps to the right of the other.
const [BOW, MOST_BOW] = [0.07, 22];

export class Scene {
  constructor({ places, legs, latest }) {
    this.places = places;
    this.latest = latest;
    this.raw = legs;
    this.ranked = [...places].sort((a, b) => b.entries - a.entries || a.id - b.id);
    this.numbers = new Map(legs.map((leg, at) => [leg.from * places.length + leg.to, at]));
    this.here = new Int32Array(places.length);
    this.passed = new Int32Array(legs.length);
    this.tolerance = 0.002;
    this.growth = 0.1;
    this.showAll();
  }

  // Everything that the relay holds today.
  showAll() {
    this.isWhole = true;
    this.places.forEach((place) => { this.here[place.at] = place.entries; });
    this.raw.forEach((leg, at) => { this.passed[at] = leg.passes; });
    this.sum();
  }

  showNothing() {
    this.isWhole = false;
    this.here.fill(0);
    this.passed.fill(0);
    this.sum();
  }

  // Adds what came on a day; returns the dot and the line that it touches.
  add({ to, from, entries }) {
    const number = from < 0 ? undefined : this.numbers.get(from * this.places.length + to);
    this.here[to] += entries;
    const group = this.groups && this.groups[this.groupOf[to]];
    if (group) group.entries += entries;
    let line = null;
    if (number !== undefined) {
      this.passed[number] += entries;
      line = this.lines?.[this.lineOf[number]] ?? null;
      if (line) line.passes += entries;
    }
    return { group, line };
  }

  // Projects every city; the groups must be made anew when this is done.
  spread(ripple) {
    this.ripple = ripple;
    this.latestFound = null;
    this.xy ??= new Float64Array(this.places.length * 2);
    for (const { at, point } of this.places) {
      const [x, y] = ripple.place(point);
      this.xy[2 * at] = x;
      this.xy[2 * at + 1] = y;
    }
  }

  // Joins dots that would overlap at this many pixels to the disc's radius. The middle
  // comes first, then the largest: they keep their places. On the whole map, with `base`
  // pixels to its radius, there are never more than MOST: what lies between is joined.
  group(radius, base, middle) {
    if (this.middle !== middle || this.base !== base) {
      const share = Math.max(OVERLAP, (this.share ?? 0) / WIDER ** 2);
      Object.assign(this, { middle, base, share });
      this.gather(base, this.order());
      while (this.groups.length > MOST) {
        this.share *= WIDER;
        this.gather(base, this.groups.map(({ place }) => place));
      }
      this.gather(base, this.order());
      const most = this.groups.reduce((best, { members }) => Math.max(best, total(members)), 1);
      this.growth = Math.min(GROWTH, (LARGEST - SMALLEST) / Math.sqrt(most));
    }
    this.tolerance = BEND / radius;
    this.mostBow = MOST_BOW / radius;
    this.gather(radius, this.order());
    this.latestFound = null;
    this.join();
    this.sum();
  }

  order() {
    const home = this.places.find((place) => place.id === this.middle);
    return home ? [home, ...this.ranked.filter((place) => place !== home)] : this.ranked;
  }

  gather(radius, order) {
    const cell = 2 * LARGEST * this.share;
    const across = 2 * Math.ceil(radius / cell) + 3; // columns, one empty on each side
    const cells = new Map();
    this.groups = [];
    this.groupOf = new Int32Array(this.places.length).fill(-1);
    for (const place of order) {
      const [x, y] = [this.xy[2 * place.at] * radius, this.xy[2 * place.at + 1] * radius];
      const key = Math.floor((x + radius) / cell) + 1 + (Math.floor((y + radius) / cell) + 1) * across;
      const size = this.size(place.entries);
      let group = find(cells, key, across, { x, y, size, share: this.share });
      if (!group) {
        group = { at: this.groups.length, x, y, size, place, members: [], home: place.id === this.middle };
        this.groups.push(group);
        const beside = cells.get(key);
        if (beside) beside.push(group);
        else cells.set(key, [group]);
      }
      group.members.push(place);
      this.groupOf[place.at] = group.at;
    }
  }

  size(entries) {
    return Math.min(LARGEST, SMALLEST + this.growth * Math.sqrt(entries));
  }

  // Joins the legs whose ends are the same two dots.
  join() {
    const lines = new Map();
    this.lineOf = this.raw.map(({ from, to, passes }) => {
      const [a, b] = [this.groupOf[from], this.groupOf[to]];
      if (a === b) return -1;
      const key = a * this.groups.length + b;
      let line = lines.get(key);
      if (!line) {
        line = { at: lines.size, from: this.groups[a], to: this.groups[b], final: 0, points: null };
        lines.set(key, line);
      }
      line.final += passes;
      return line.at;
    });
    this.byEnds = lines;
    this.lines = [...lines.values()];
    for (const line of this.lines) {
      line.far = angle(line.from.place.point, line.to.place.point);
      line.isTwoWay = lines.has(line.to.at * this.groups.length + line.from.at);
    }
    // Among equals the shorter ones come first: they cross fewer others.
    this.strongest = [...this.lines].sort((a, b) => b.final - a.final || a.far - b.far);
    this.most = this.strongest[0]?.final ?? 1;
  }

  // Adds up dots and lines from cities and legs, as they are at this moment.
  sum() {
    if (!this.groups) return;
    for (const group of this.groups) {
      group.entries = group.members.reduce((sum, place) => sum + this.here[place.at], 0);
    }
    for (const line of this.lines) line.passes = 0;
    this.passed.forEach((many, number) => {
      if (this.lineOf[number] >= 0) this.lines[this.lineOf[number]].passes += many;
    });
  }

  // The strongest lines that begin or end on the screen: others only cross it.
  seen({ size, radius, x, y }) {
    const isOn = ({ place }) => {
      const [left, top] = [x + radius * this.xy[2 * place.at], y + radius * this.xy[2 * place.at + 1]];
      return left > 0 && top > 0 && left < size && top < size;
    };
    this.shown = [];
    for (const line of this.strongest) {
      if (line.passes > 0 && (isOn(line.from) || isOn(line.to))) this.shown.push(line);
      if (this.shown.length >= MOST_LINES) break;
    }
    return this.shown;
  }

  // The way of a line on the disc, as x, y, x, y …; found when first asked for.
  way(line) {
    line.points ??= this.curve(line.from.place.point, line.to.place.point, line);
    return line.points;
  }

  // The ways of the newest relay; none while an earlier day is shown.
  latestWays() {
    if (!this.isWhole) return [];
    this.latestFound ??= this.latest.slice(1).flatMap((to, at) => {
      const [a, b] = [this.groups[this.groupOf[this.latest[at]]], this.groups[this.groupOf[to]]];
      const line = this.byEnds.get(a.at * this.groups.length + b.at);
      if (line) return [this.way(line)];
      return a === b ? [] : [this.curve(a.place.point, b.place.point)];
    });
    return this.latestFound;
  }

  // Halved until it bends as the great circle does: near the rim it bends most.
  curve(a, b, { isTwoWay = false } = {}) {
    const [first, last] = [this.ripple.place(a), this.ripple.place(b)];
    const long = Math.hypot(last[0] - first[0], last[1] - first[1]);
    const aside = isTwoWay && long ? Math.min(this.mostBow, BOW * long) / long : 0;
    const right = [-(last[1] - first[1]) * aside, (last[0] - first[0]) * aside];
    const points = [...first];
    const halve = (from, to, [start, begin], [end, until], left) => {
      const half = along(from, to, 0.5);
      const middle = this.ripple.place(half);
      const off = Math.hypot(middle[0] - (start[0] + end[0]) / 2, middle[1] - (start[1] + end[1]) / 2);
      if (left > MOST_HALVINGS - (aside ? 3 : 2) || (left && off > this.tolerance)) {
        const now = [middle, (begin + until) / 2];
        halve(from, half, [start, begin], now, left - 1);
        halve(half, to, now, [end, until], left - 1);
      } else {
        const push = 4 * until * (1 - until);
        points.push(end[0] + right[0] * push, end[1] + right[1] * push);
      }
    };
    halve(a, b, [first, 0], [last, 1], MOST_HALVINGS);
    return points;
  }

  // The member of a dot that has most at this moment: the dot bears its name, unless it
  // is the middle.
  face(group) {
    return group.home ? group.place : group.members.reduce((best, place) => (this.here[place.at] > this.here[best.at] ? place : best));
  }

  totals() {
    return this.here.reduce(([cities, artworks], many) => [cities + (many > 0), artworks + many], [0, 0]);
  }

  // Every city that is shown, from the middle outwards.
  outwards() {
    return this.places.filter((place) => this.here[place.at] > 0)
      .map((place) => [angle(this.ripple.middle, place.point), place])
      .sort((a, b) => a[0] - b[0])
      .map(([, place]) => place);
  }

  // The line within so many pixels of a point, the nearest one.
  nearest(x, y, view, most) {
    const [px, py] = [(x - view.x) / view.radius, (y - view.y) / view.radius];
    let [best, found] = [most / view.radius, null];
    for (const line of this.shown) {
      const way = this.way(line);
      for (let at = 2; at < way.length; at += 2) {
        const far = distance(px, py, way[at - 2], way[at - 1], way[at], way[at + 1]);
        if (far < best) [best, found] = [far, line];
      }
    }
    return found;
  }
}

const total = (places) => places.reduce((sum, place) => sum + place.entries, 0);

// The first dot that one of this size would overlap, in its cell or in one beside it.
function find(cells, key, across, { x, y, size, share }) {
  for (let row = key - across; row <= key + across; row += across) {
    for (let at = row - 1; at <= row + 1; at += 1) {
      const inside = cells.get(at);
      if (!inside) continue;
      for (const each of inside) {
        const most = share * (each.size + size);
        if ((each.x - x) ** 2 + (each.y - y) ** 2 < most * most) return each;
      }
    }
  }
  return null;
}

function distance(x, y, fromX, fromY, toX, toY) {
  const [across, down] = [toX - fromX, toY - fromY];
  const long = across * across + down * down;
  const share = long ? Math.max(0, Math.min(1, ((x - fromX) * across + (y - fromY) * down) / long)) : 0;
  return Math.hypot(x - fromX - share * across, y - fromY - share * down);
}
