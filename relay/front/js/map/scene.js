// What is to be drawn: cities near each other as one dot, legs between such dots as one
// line. So ten thousand cities stay a few hundred dots at any zoom.
import { along, angle } from "./ripple.js";

const OVERLAP = 0.72; // share of both radii under which two dots become one
const SMALLEST = 3.2;
const LARGEST = 13;
const FAR_SIDE = 0.7; // of the globe around the point opposite the middle
const BEND = Math.PI / 40; // of the globe between two points of a leg

export class Scene {
  constructor(places, legs) {
    this.places = places;
    this.raw = legs;
    this.ranked = [...places].sort((a, b) => b.entries - a.entries || a.id - b.id);
    this.numbers = new Map(legs.map((leg, at) => [leg.from * places.length + leg.to, at]));
    this.here = new Int32Array(places.length);
    this.passed = new Int32Array(legs.length);
    this.showAll();
  }

  // Everything that the relay holds today.
  showAll() {
    this.places.forEach((place) => { this.here[place.at] = place.entries; });
    this.raw.forEach((leg, at) => { this.passed[at] = leg.passes; });
    this.sum();
  }

  showNothing() {
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
    this.xy ??= new Float64Array(this.places.length * 2);
    for (const { at, point } of this.places) {
      const [x, y] = ripple.place(point);
      this.xy[2 * at] = x;
      this.xy[2 * at + 1] = y;
    }
  }

  // Joins dots that would overlap at this many pixels to the disc's radius. The middle
  // comes first, then the largest: they keep their places.
  group(radius, middle) {
    const most = this.ranked[0]?.entries ?? 1;
    this.growth = Math.min(1.25, (LARGEST - SMALLEST) / Math.sqrt(Math.max(1, most)));
    const cell = 2 * LARGEST * OVERLAP;
    const cells = new Map();
    this.groups = [];
    this.groupOf = new Int32Array(this.places.length).fill(-1);
    const home = this.places.find((place) => place.id === middle);
    for (const place of home ? [home, ...this.ranked] : this.ranked) {
      if (this.groupOf[place.at] >= 0) continue;
      const [x, y] = [this.xy[2 * place.at] * radius, this.xy[2 * place.at + 1] * radius];
      const [column, row] = [Math.floor(x / cell), Math.floor(y / cell)];
      const size = this.size(place.entries);
      let near = null;
      for (let i = -1; i < 2 && !near; i += 1) {
        for (let j = -1; j < 2 && !near; j += 1) {
          near = cells.get((column + i) * 65_536 + row + j)?.find((each) =>
            Math.hypot(each.x - x, each.y - y) < OVERLAP * (each.size + size)) ?? null;
        }
      }
      if (!near) {
        near = { at: this.groups.length, x, y, size, place, members: [], home: place === home };
        this.groups.push(near);
        const key = column * 65_536 + row;
        cells.set(key, [...(cells.get(key) ?? []), near]);
      }
      near.members.push(place);
      this.groupOf[place.at] = near.at;
    }
    this.join();
    this.sum();
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
    this.lines = [...lines.values()];
    this.strongest = [...this.lines].sort((a, b) => b.final - a.final);
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

  // The way of a line on the disc, as x, y, x, y …; found when first asked for.
  way(line) {
    line.points ??= this.curve(line.from.place.point, line.to.place.point);
    return line.points;
  }

  // Near the rim, where a leg goes around the far side, it bends most.
  curve(a, b) {
    const whole = angle(a, b);
    const antipode = angle(this.ripple.middle.map((each) => -each), along(a, b, 0.5)) - whole / 2;
    const fine = antipode < FAR_SIDE ? 4 : 1;
    const steps = Math.max(4, Math.ceil(whole / BEND)) * fine;
    const points = new Float64Array(2 * (steps + 1));
    for (let at = 0; at <= steps; at += 1) {
      points.set(this.ripple.place(along(a, b, at / steps)), 2 * at);
    }
    return points;
  }

  // The member of a dot that has most at this moment: the dot bears its name.
  face(group) {
    return group.members.reduce((best, place) => (this.here[place.at] > this.here[best.at] ? place : best));
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
    for (const line of this.strongest.filter((each) => each.passes > 0).slice(0, 320)) {
      const way = this.way(line);
      for (let at = 2; at < way.length; at += 2) {
        const far = distance(px, py, way[at - 2], way[at - 1], way[at], way[at + 1]);
        if (far < best) [best, found] = [far, line];
      }
    }
    return found;
  }
}

function distance(x, y, fromX, fromY, toX, toY) {
  const [across, down] = [toX - fromX, toY - fromY];
  const long = across * across + down * down;
  const share = long ? Math.max(0, Math.min(1, ((x - fromX) * across + (y - fromY) * down) / long)) : 0;
  return Math.hypot(x - fromX - share * across, y - fromY - share * down);
}
