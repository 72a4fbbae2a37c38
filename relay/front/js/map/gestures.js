// Zoom and pan: wheel, mouse, two fingers, keys and buttons, all through d3-zoom.
import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";
import { isCalm } from "./motion.js";

const NEAREST = 20;
const STEP = 1.6;
const PAN = 60; // pixels of an arrow key
const QUICK = 240; // milliseconds
const HINT = 2_400;
const EDGE = 0.02; // of the square, by which the map may be moved past its rim

export class Gestures {
  constructor(surface, { onMove, onRest, hint }) {
    this.surface = surface;
    this.target = select(surface);
    this.hint = hint;
    this.transform = zoomIdentity;
    this.behaviour = zoom()
      .scaleExtent([1, NEAREST])
      .filter((event) => this.isWanted(event))
      .on("zoom", ({ transform }) => {
        this.transform = transform;
        onMove();
      })
      .on("end", onRest);
    this.target.call(this.behaviour);
    // One finger scrolls the page; d3-zoom would keep it.
    surface.style.touchAction = "pan-y";
    // Two fingers are the map's from the start, or the browser would scroll with them.
    surface.addEventListener("touchstart", (event) => {
      if (event.touches.length > 1 && event.cancelable) event.preventDefault();
    }, { passive: false });
    surface.addEventListener("touchmove", (event) => {
      if (event.touches.length === 1) this.show("touch");
    }, { passive: true });
    surface.addEventListener("wheel", (event) => {
      if (!this.isWanted(event)) this.show("wheel");
    }, { passive: true });
  }

  isWanted(event) {
    if (event.type === "wheel") return event.ctrlKey || event.metaKey || document.activeElement === this.surface;
    if (event.type.startsWith("touch")) return event.touches.length > 1;
    return !event.ctrlKey && !event.button;
  }

  show(what) {
    clearTimeout(this.timer);
    this.hint.textContent = this.hint.dataset[what];
    this.hint.hidden = false;
    this.timer = setTimeout(() => { this.hint.hidden = true; }, HINT);
  }

  resize(size) {
    this.size = size;
    const edge = size * EDGE;
    this.behaviour.extent([[0, 0], [size, size]]).translateExtent([[-edge, -edge], [size + edge, size + edge]]);
  }

  get quick() {
    return this.target.transition().duration(isCalm() ? 0 : QUICK);
  }

  closer() { this.behaviour.scaleBy(this.quick, STEP); }

  further() { this.behaviour.scaleBy(this.quick, 1 / STEP); }

  whole() { this.behaviour.transform(this.quick, zoomIdentity); }

  pan(across, down) {
    const { k } = this.transform;
    this.behaviour.translateBy(this.quick, (-across * PAN) / k, (-down * PAN) / k);
  }

  // Shows a point of the unzoomed square in the middle, at once, as far as the map goes:
  // d3-zoom takes what an address asks for as it is, and would draw until it ends.
  look(x, y, k) {
    const half = this.size / 2;
    const near = Math.min(NEAREST, Math.max(1, k));
    const most = half - half / near + this.size * EDGE;
    const within = (at) => half + Math.min(most, Math.max(-most, at - half));
    const [left, top] = [half - near * within(x), half - near * within(y)];
    this.behaviour.transform(this.target, zoomIdentity.translate(left, top).scale(near));
  }

  stop() { this.target.interrupt(); }
}
