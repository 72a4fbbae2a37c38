// The living map: holds what is shown, and draws it anew when something has changed.
import { changed, dataQuery, pageQuery, readView, viewOf } from "./address.js";
import { Gestures } from "./gestures.js";
import { Info } from "./info.js";
import { loadData } from "./load.js";
import { ease, isCalm } from "./motion.js";
import { Names } from "./names.js";
import { Ground, paint, readColours } from "./paint.js";
import { Player } from "./player.js";
import { Scene } from "./scene.js";
import { fetchPage, keepForPaper, swapPage } from "./page.js";
import { angle, along, Ripple, vector } from "./ripple.js";

const MARGIN = 0.988; // of the square that the disc fills, as in the server's drawing
const FINGER = 22; // pixels around a dot that still mean it
const NEAR_LINE = 9;
const QUIET = { growing: new Map(), rippling: new Map(), ages: null, ripples: null };
const LOOKS = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"];

export class Atlas {
  constructor(figure, ui, { data, land }) {
    Object.assign(this, { figure, ui, land, data });
    this.surface = ui.querySelector(".map-surface");
    this.status = ui.querySelector("[data-map-status]");
    this.canvas = document.createElement("canvas");
    this.ctx = this.canvas.getContext("2d");
    this.surface.append(this.canvas);
    this.ground = new Ground();
    this.names = new Names(ui.querySelector(".map-names"), this);
    this.info = new Info(figure, this);
    this.player = new Player(ui.querySelector(".map-play"), this);
    this.selected = null;
    this.take(data, { ...ui.dataset });
  }

  // Takes new numbers, and a middle.
  take(data, middle) {
    this.data = data;
    this.words = data.words;
    this.scene = new Scene(data);
    this.level = null;
    this.info.close();
    this.settle(middle);
  }

  settle({ id, lat, lon, name }) {
    this.middle = { id: Number(id), name, point: vector(Number(lat), Number(lon)) };
    this.surface.setAttribute("aria-label", this.words.say("map", { city: name }));
    this.turn(this.middle.point, { coarse: false });
  }

  // Spreads the sphere around a place.
  turn(point, { coarse }) {
    this.ripple = new Ripple(point);
    this.outline = this.ripple.outline(this.land, { coarse });
    this.scene.spread(this.ripple);
    for (const line of this.scene.lines ?? []) line.points = null;
    if (!coarse) this.level = null;
    this.draw();
  }

  start() {
    if (!readColours(this.ui).sea) throw new Error("Its style sheet has not come");
    this.ui.hidden = false;
    this.figure.classList.add("is-live");
    keepForPaper(this.figure);
    this.gestures = new Gestures(this.surface, {
      onMove: () => this.draw(),
      onRest: () => this.remember(),
      hint: this.ui.querySelector(".map-hint"),
    });
    this.colour();
    for (const look of LOOKS) matchMedia(look).addEventListener("change", () => this.colour());
    new ResizeObserver(() => this.resize()).observe(this.surface);
    this.resize();
    this.listen();
    this.open(readView(new URL(location.href)));
  }

  listen() {
    const acts = {
      closer: () => this.gestures.closer(), further: () => this.gestures.further(), whole: () => this.gestures.whole(),
    };
    this.ui.addEventListener("click", (event) => acts[event.target.closest("[data-do]")?.dataset.do]?.());
    this.surface.addEventListener("click", (event) => this.click(event));
    this.surface.addEventListener("keydown", (event) => this.key(event));
    this.surface.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse") this.surface.classList.toggle("is-over", !!this.under(event));
    });
    addEventListener("popstate", () => this.go(new URL(location.href), { push: false }));
    document.addEventListener("click", (event) => this.follow(event));
  }

  // A link to another map of this page is followed without leaving it.
  follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.pathname !== location.pathname || link.target || url.hash) return;
    event.preventDefault();
    this.go(url, { push: true });
  }

  // Shows what an address asks for: other numbers, another middle, another view.
  async go(url, { push }) {
    if (push) history.pushState(null, "", url);
    const ticket = (this.ticket = Symbol("go"));
    try {
      const samePage = this.shown === pageQuery(url);
      const [page, data] = await Promise.all([
        samePage ? null : fetchPage(url),
        this.data.query === dataQuery(url) ? this.data : loadData(this.ui.dataset.src, url),
      ]);
      if (ticket !== this.ticket) return;
      if (data !== this.data) this.take(data, page?.middle ?? this.ui.dataset);
      else if (page && Number(page.middle.id) !== this.middle.id) await this.travel(page.middle);
      if (page) this.show(page, url);
      this.info.again();
      this.open(readView(url));
    } catch {
      location.assign(url);
    }
  }

  show(page, url) {
    Object.assign(this.ui.dataset, page.middle);
    swapPage(this.figure, page);
    this.shown = pageQuery(url);
  }

  open({ zoom, at, day }) {
    this.shown ??= pageQuery(new URL(location.href));
    const half = this.size / 2;
    const [x, y] = at ? this.ripple.place(vector(...at)) : [0, 0];
    this.gestures.look(half + x * half * MARGIN, half + y * half * MARGIN, zoom);
    this.player.prepare(this.data, day);
    this.draw();
  }

  // Puts a city in the middle: the world turns there, and the page around it follows.
  async centre(place) {
    if (place.id === this.middle.id) return;
    const url = changed(new URL(location.href), { centre: place.id, zoom: null, at: null });
    history.pushState(null, "", url);
    const ticket = (this.ticket = Symbol("centre"));
    const [lat, lon] = new Ripple(place.point).at;
    const coming = fetchPage(url).catch(() => null);
    await this.travel({ id: place.id, lat, lon, name: place.name });
    const page = await coming;
    if (ticket === this.ticket && page) this.show(page, url);
    this.info.again();
    this.say(this.words.say("centred", { city: place.name }));
  }

  travel(middle) {
    const [from, to] = [this.middle.point, vector(Number(middle.lat), Number(middle.lon))];
    const { k, x, y } = this.gestures.transform;
    const half = this.size / 2;
    const time = isCalm() ? 0 : 700 + 250 * angle(from, to);
    const began = performance.now();
    this.names.hide();
    this.gestures.stop();
    return new Promise((arrived) => {
      const step = (now) => {
        const share = time ? Math.min(1, Math.max(0, now - began) / time) : 1;
        if (share < 1) {
          const part = ease(share);
          const [nowX, nowY] = [(half - x) / k, (half - y) / k].map((each) => each + (half - each) * part);
          this.gestures.look(nowX, nowY, k);
          this.turn(along(from, to, part), { coarse: true });
          requestAnimationFrame(step);
          return;
        }
        this.gestures.look(half, half, k);
        this.names.show();
        this.settle(middle);
        arrived();
      };
      step(began);
    });
  }

  resize() {
    const size = this.surface.clientWidth;
    if (!size || size === this.size) return;
    const { k } = this.gestures.transform;
    this.size = size;
    this.ratio = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = this.canvas.height = Math.round(size * this.ratio);
    this.covered = this.findCovered();
    this.gestures.resize(size);
    if (k > 1) this.gestures.whole();
    this.level = null;
    this.draw();
  }

  // The corner that the buttons cover on wide screens: no name may lie under them.
  findCovered() {
    const map = this.surface.getBoundingClientRect();
    const { left, top, right, bottom } = this.ui.querySelector(".map-zoom").getBoundingClientRect();
    return [{ left: left - map.left, top: top - map.top, right: right - map.left, bottom: bottom - map.top }];
  }

  colour() {
    this.colours = readColours(this.ui);
    this.draw();
  }

  draw() {
    if (!this.gestures || this.waiting) return;
    this.waiting = requestAnimationFrame((now) => {
      this.waiting = 0;
      this.render(now);
    });
  }

  render(now) {
    const { k, x, y } = this.gestures.transform;
    const half = this.size / 2;
    this.view = {
      size: this.size, k, radius: half * MARGIN * k, x: x + half * k, y: y + half * k,
      dots: Math.max(0.55, this.size / 1012), letters: this.size < 480 ? 13 : 15,
    };
    // Groups are made anew a few times while one zooms, never while the world turns.
    const level = Math.round(Math.log2(k) * 2);
    if (this.level !== level) {
      this.level = level;
      this.player.still();
      const base = (half * MARGIN) / this.view.dots;
      this.scene.group(base * 2 ** (level / 2), base, this.middle.id);
    }
    const moving = this.player.tick(now);
    const { dots, boxes } = paint(this.ctx, {
      scene: this.scene, view: this.view, ground: this.ground, land: this.outline, colours: this.colours, ratio: this.ratio,
      taken: this.covered,
      labels: (km) => this.words.km(km),
      extras: { ...(this.player.extras(now) ?? QUIET), selected: this.selected },
    });
    this.dots = dots;
    this.names.place(dots, boxes, this.view);
    if (moving) this.draw();
  }

  // The dot or the line at a point of the screen.
  under(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const near = (this.dots ?? []).map((each) => [Math.hypot(each.x - x, each.y - y) - each.size, each]);
    const [far, found] = near.reduce((best, each) => (each[0] < best[0] ? each : best), [FINGER, null]);
    if (found && far < FINGER) return { group: found.group };
    const named = this.names.at(x, y);
    if (named?.at !== undefined) return { group: this.scene.groups[this.scene.groupOf[named.at]] };
    const line = this.scene.nearest(x, y, this.view, NEAR_LINE);
    return line ? { line } : null;
  }

  click(event) {
    const found = this.under(event);
    if (found?.group && (event.ctrlKey || event.metaKey)) open(this.pageOf(this.scene.face(found.group)));
    else if (found?.group) this.pick(this.scene.face(found.group));
    else if (found?.line) this.info.showLine(found.line);
  }

  pageOf({ id }) {
    return this.ui.dataset.cityPage.replace(/0$/, id);
  }

  // Tells of a city and puts it in the middle.
  pick(place) {
    this.selected = place;
    this.info.showCity(place, place);
    this.centre(place);
    this.draw();
  }

  select(place) {
    this.selected = place;
    this.info.showCity(place, this.middle);
    this.draw();
  }

  close() {
    this.selected = null;
    this.draw();
  }

  // Goes to the next city outwards from the middle, or to the one before.
  walk(way) {
    const order = this.scene.outwards();
    const at = this.selected ? order.indexOf(this.selected) : way > 0 ? -1 : order.length;
    const place = order[(at + way + order.length) % order.length];
    if (place) this.select(place);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { gestures } = this;
    const acts = {
      ArrowLeft: () => gestures.pan(-1, 0), ArrowRight: () => gestures.pan(1, 0),
      ArrowUp: () => gestures.pan(0, -1), ArrowDown: () => gestures.pan(0, 1),
      "+": () => gestures.closer(), "=": () => gestures.closer(), "-": () => gestures.further(),
      0: () => gestures.whole(), n: () => this.walk(1), p: () => this.walk(-1),
      Enter: () => this.selected && this.centre(this.selected),
      Escape: () => this.info.close(), " ": () => this.player.toggle(),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  // Keeps the view in the address, without a step to go back to.
  remember() {
    clearTimeout(this.remembering);
    this.remembering = setTimeout(() => {
      const { k, x, y } = this.gestures.transform;
      const half = this.size / 2;
      const across = ((half - x) / k - half) / (half * MARGIN);
      const down = ((half - y) / k - half) / (half * MARGIN);
      const at = new Ripple(this.ripple.find(across, down)).at;
      const url = changed(new URL(location.href), viewOf({ k, at, day: this.player.day }));
      if (url.href !== location.href) history.replaceState(history.state, "", url);
    }, 250);
  }

  say(text) {
    this.status.textContent = text;
  }
}
