// The names of cities: buttons above the canvas, as many as find room.
import { placeLabels } from "./labels.js";

const PAUSE = 120; // milliseconds between two layings while something moves
const TARGET = 44; // pixels of height in which a finger may mean a name

export class Names {
  constructor(layer, atlas) {
    this.layer = layer;
    this.atlas = atlas;
    this.links = new Map();
    this.widths = new Map();
    this.placed = [];
    layer.addEventListener("click", (event) => {
      const place = event.target.closest("button")?.place;
      if (place?.at !== undefined) atlas.pick(place);
    });
  }

  hide() { this.layer.classList.add("is-away"); }

  show() { this.layer.classList.remove("is-away"); }

  place(dots, boxes, view) {
    const now = performance.now();
    const busy = this.atlas.player.running && now - this.laid < PAUSE;
    if (this.layer.classList.contains("is-away") || busy) return;
    this.laid = now;
    const { scene, selected } = this.atlas;
    const chosen = selected ? scene.groupOf[selected.at] : -1;
    const rank = ({ group }) => (group.home ? 3 : 0) + (group.at === chosen ? 2 : 0);
    const order = [...dots].sort((a, b) => rank(b) - rank(a) || b.group.entries - a.group.entries);
    const wanted = order.slice(0, 90).map((dot) => {
      const place = scene.face(dot.group);
      return { ...dot, dot, place, must: rank(dot) > 0, width: this.width(place.name, view) };
    });
    if (!dots.some(({ group }) => group.home)) wanted.unshift(this.middle(view));
    const most = Math.round((view.size < 480 ? 7 : 16) * Math.min(2.5, Math.sqrt(view.k)));
    const height = Math.max(24, view.letters * 1.5);
    const placed = placeLabels(wanted, { dots: order, taken: boxes, height, width: view.size, most });
    this.write(placed, height);
  }

  // The middle, where nothing has come from yet.
  middle(view) {
    const place = { ...this.atlas.middle, entries: 0 };
    return { x: view.x, y: view.y, size: 7, dot: null, place, must: true, width: this.width(place.name, view) };
  }

  // The city whose name lies at a point, or nearest above or below it: fingers go
  // through the names to the map.
  at(x, y) {
    const off = ({ top, bottom }) => Math.abs(y - (top + bottom) / 2);
    const near = this.placed.filter((name) => x > name.left && x < name.right && off(name) < TARGET / 2);
    return near.sort((a, b) => off(a) - off(b))[0]?.place;
  }

  width(name, view) {
    const key = `${view.letters} ${name}`;
    if (!this.widths.has(key)) {
      const { ctx, colours } = this.atlas;
      ctx.font = `600 ${view.letters}px ${colours.family}`;
      this.widths.set(key, Math.ceil(ctx.measureText(name).width) + 10);
    }
    return this.widths.get(key);
  }

  write(placed, height) {
    const kept = new Set();
    this.placed = placed.map(([{ place, width }, left, top]) => ({ place, left, top, right: left + width, bottom: top + height }));
    for (const [wish, left, top] of placed) {
      const link = this.links.get(wish.place.id) ?? this.make(wish.place);
      kept.add(wish.place.id);
      const { words, scene } = this.atlas;
      link.ariaLabel = `${words.place(wish.place)}: ${words.many("artworks", scene.here[wish.place.at] ?? 0)}`;
      link.style.transform = `translate(${left}px, ${top}px)`;
      link.style.lineHeight = `${height}px`;
      link.style.width = `${wish.width}px`;
    }
    for (const [id, link] of this.links) {
      if (kept.has(id)) continue;
      // A name that has the focus stays until the focus goes.
      if (link === document.activeElement) continue;
      link.remove();
      this.links.delete(id);
    }
  }

  make(place) {
    const link = Object.assign(document.createElement("button"), { type: "button", className: "map-name", textContent: place.name, place });
    this.layer.append(link);
    this.links.set(place.id, link);
    return link;
  }
}
