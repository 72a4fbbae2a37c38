// Draws the disc on a canvas: sea, land, rings, legs and dots. Names are links above it.
import { reach } from "./ripple.js";
import { MOST_LINES } from "./scene.js";

const RINGS = [15_000, 10_000, 5_000, 2_500, 1_000, 500, 250, 100, 50];
// Where a leg begins, in thousandths of the map's width, as in relay/domain/map_legs.py:
// THIN where they are many, and FEW are drawn at full width.
const [THINNEST, THIN, GROWTH, WIDEST] = [5.5, 3, 1.6, 16];
const FEW = 30;
const WHOLE = 1_000; // rings that are drawn at any zoom
const ROOM = 64; // pixels that a smaller ring must have for its radius
const BEARINGS = [180, 170, 190, 160, 200, 145, 215, 130, 230, 110, 250, 90, 270, 45, 315, 0];
const HEX = /^#[0-9a-f]{6}$/i;
const NAMES = ["sea", "sea-near", "land", "ring", "plum", "dot", "lantern", "ink", "focus", "solid"];

export function readColours(element) {
  const style = getComputedStyle(element);
  const colours = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--map-${name}`).trim()]));
  return { ...colours, family: style.fontFamily };
}

// `view` has {size, radius, x, y}: where the disc's middle lies and how large it is.
// `taken` are boxes in which no words may stand.
export function paint(ctx, { scene, view, ground, land, colours, labels, extras, ratio, taken }) {
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, view.size, view.size);
  ground.draw(ctx, view, land, colours, ratio);
  drawLines(ctx, scene, view, colours, extras);
  const dots = drawDots(ctx, scene, view, colours, extras);
  const boxes = drawRingNames(ctx, view, ringsOf(view), colours, labels, { dots, taken });
  return { dots, boxes };
}

// Sea, land and rings: most of a frame's cost, and all that stays as it is while the
// relay is played back. What is drawn a second time alike is kept and then copied.
export class Ground {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.ctx = this.canvas.getContext("2d");
    this.drawn = [];
  }

  draw(ctx, view, land, colours, ratio) {
    const asked = [view.x, view.y, view.radius, view.size, land, colours, ratio];
    const isSame = asked.every((each, at) => each === this.drawn[at]);
    if (!isSame) {
      Object.assign(this, { drawn: asked, isKept: false });
      drawGround(ctx, view, land, colours, ratio);
      return;
    }
    if (!this.isKept) this.keep(view, land, colours, ratio);
    ctx.drawImage(this.canvas, 0, 0, view.size, view.size);
  }

  keep(view, land, colours, ratio) {
    this.canvas.width = this.canvas.height = Math.round(view.size * ratio);
    this.ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawGround(this.ctx, view, land, colours, ratio);
    this.isKept = true;
  }
}

function drawGround(ctx, view, land, colours, ratio) {
  disc(ctx, view, colours);
  drawLand(ctx, view, land, colours, ratio);
  drawRings(ctx, view, colours);
}

function disc(ctx, { x, y, radius }, colours) {
  const water = ctx.createRadialGradient(x, y, 0, x, y, radius);
  water.addColorStop(0, colours["sea-near"]);
  water.addColorStop(1, colours.sea);
  ctx.fillStyle = water;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 7);
  ctx.fill();
}

function drawLand(ctx, { x, y, radius }, land, colours, ratio) {
  ctx.save();
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 7);
  ctx.clip();
  const scale = (radius / 500) * ratio;
  ctx.setTransform(scale, 0, 0, scale, x * ratio, y * ratio);
  ctx.fillStyle = colours.land;
  ctx.globalAlpha = Number(colours.solid);
  ctx.fill(land, "evenodd");
  if (HEX.test(colours.sea)) {
    // Towards the rim the world fades, as in the server's drawing.
    const haze = ctx.createRadialGradient(0, 0, 275, 0, 0, 500);
    haze.addColorStop(0, `${colours.sea}00`);
    haze.addColorStop(1, `${colours.sea}9e`);
    ctx.fillStyle = haze;
    ctx.fill(land, "evenodd");
  }
  ctx.restore();
}

function ringsOf({ radius }) {
  return RINGS.filter((km) => km >= WHOLE || reach(km) * radius > ROOM).map((km) => ({ km, r: reach(km) * radius }));
}

function drawRings(ctx, view, colours) {
  const { x, y } = view;
  ctx.strokeStyle = colours.ring;
  ctx.lineWidth = 1.25;
  for (const { km, r } of ringsOf(view)) {
    ctx.globalAlpha = km > 10_000 ? 0.5 : km > 5_000 ? 0.62 : 0.85;
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 7);
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

// A leg is wide where it begins and narrow where it ends, so its way is seen without
// colour (Holten and van Wijk, 2009, found this easier to read than arrows).
function drawLines(ctx, scene, view, colours, { growing, ages }) {
  const shown = scene.seen(view).filter((line) => !growing.has(line));
  ctx.fillStyle = colours.plum;
  const most = Math.max(1, scene.most);
  const many = Math.min(1, Math.max(0, (shown.length - FEW) / (MOST_LINES - FEW)));
  const thinnest = THINNEST + (THIN - THINNEST) * many;
  const growth = Math.min(GROWTH, (WIDEST - thinnest) / Math.sqrt(most));
  const width = (line) => (thinnest + growth * (Math.sqrt(Math.max(1, line.passes)) - 1)) * view.dots;
  for (const [least, below, alpha] of [[0, 0.25, 0.34], [0.25, 0.6, 0.5], [0.6, Infinity, 0.68]]) {
    ctx.globalAlpha = alpha;
    ctx.beginPath();
    for (const line of shown) {
      const share = line.passes / most;
      if (share >= least && share < below) taper(ctx, scene.way(line), view, width(line) / 2, 1);
    }
    ctx.fill();
  }
  drawLatest(ctx, scene, view);
  for (const line of growing.keys()) {
    const { share, glow } = ages(line);
    ctx.globalAlpha = 0.34 + 0.66 * glow;
    ctx.beginPath();
    taper(ctx, scene.way(line), view, (width(line) / 2) * (1 + 0.4 * glow), share);
    ctx.fill();
  }
  ctx.globalAlpha = 1;
}

// The newest relay, from hand to hand, while all of the map is shown.
function drawLatest(ctx, scene, view) {
  ctx.globalAlpha = 1;
  ctx.beginPath();
  for (const way of scene.latestWays()) taper(ctx, way, view, (WIDEST / 2.6) * view.dots, 1);
  ctx.fill();
}

function taper(ctx, points, { x, y, radius }, half, share) {
  const steps = points.length / 2 - 1;
  const until = share * steps;
  const whole = Math.min(steps, Math.ceil(until));
  const left = [];
  const right = [];
  let before = null;
  for (let at = 0; at <= whole; at += 1) {
    const part = at > until ? 1 - (at - until) : 1;
    const [px, py] = [points[2 * at], points[2 * at + 1]];
    const [qx, qy] = at ? [points[2 * at - 2], points[2 * at - 1]] : [px, py];
    const here = [x + radius * (qx + (px - qx) * part), y + radius * (qy + (py - qy) * part)];
    const from = before ?? here;
    const to = before ? here : [x + radius * points[2], y + radius * points[3]];
    const long = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
    const wide = half * (1 - 0.92 * Math.min(at, until) / steps);
    const [nx, ny] = [(-(to[1] - from[1]) / long) * wide, ((to[0] - from[0]) / long) * wide];
    left.push(here[0] + nx, here[1] + ny);
    right.push(here[0] - nx, here[1] - ny);
    before = here;
  }
  ctx.moveTo(left[0], left[1]);
  for (let at = 2; at < left.length; at += 2) ctx.lineTo(left[at], left[at + 1]);
  for (let at = right.length - 2; at >= 0; at -= 2) ctx.lineTo(right[at], right[at + 1]);
  ctx.closePath();
}

function drawDots(ctx, scene, view, colours, { rippling, ripples, selected }) {
  const shown = [];
  for (const group of scene.groups) {
    if (group.entries <= 0 && !group.home) continue;
    const [x, y] = [view.x + view.radius * scene.xy[2 * group.place.at], view.y + view.radius * scene.xy[2 * group.place.at + 1]];
    const size = scene.size(group.entries) * view.dots;
    if (x < -40 || y < -40 || x > view.size + 40 || y > view.size + 40) continue;
    shown.push({ group, x, y, size });
  }
  if (!shown.some(({ group }) => group.home)) drawMiddle(ctx, view, colours);
  ctx.fillStyle = colours.dot;
  ctx.globalAlpha = 0.16;
  ctx.beginPath();
  for (const { x, y, size } of shown) circle(ctx, x, y, size * 1.9);
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.lineWidth = 1.25;
  ctx.strokeStyle = colours.sea;
  for (const each of [...shown].reverse()) {
    ctx.fillStyle = each.group.home ? colours.lantern : colours.dot;
    ctx.beginPath();
    circle(ctx, each.x, each.y, each.size);
    ctx.fill();
    ctx.stroke();
  }
  for (const each of shown) {
    if (rippling.has(each.group)) {
      for (const [r, alpha] of ripples(each.group)) {
        ctx.globalAlpha = alpha;
        ctx.strokeStyle = each.group.home ? colours.lantern : colours.dot;
        ctx.lineWidth = 2.2;
        ctx.beginPath();
        circle(ctx, each.x, each.y, each.size + r * view.dots);
        ctx.stroke();
      }
      ctx.globalAlpha = 1;
    }
    if (selected && scene.groupOf[selected.at] === each.group.at) {
      ctx.strokeStyle = colours.focus;
      ctx.lineWidth = 3;
      ctx.beginPath();
      circle(ctx, each.x, each.y, each.size + 5);
      ctx.stroke();
    }
  }
  return shown;
}

// A middle from which nothing has come yet.
function drawMiddle(ctx, { x, y }, colours) {
  ctx.strokeStyle = colours.lantern;
  ctx.lineWidth = 3;
  ctx.beginPath();
  circle(ctx, x, y, 5);
  ctx.stroke();
}

function circle(ctx, x, y, r) {
  ctx.moveTo(x + r, y);
  ctx.arc(x, y, r, 0, 7);
}

function drawRingNames(ctx, view, rings, colours, say, { dots, taken }) {
  ctx.font = `500 ${view.letters - 2}px ${colours.family}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  const boxes = [...taken];
  for (const { km, r } of view.size < 480 ? rings.filter(({ km: far }) => far === 5_000 || far === 15_000 || far < WHOLE) : rings) {
    const text = say(km);
    const half = ctx.measureText(text).width / 2 + 3;
    const tall = view.letters / 2 + 1;
    for (const bearing of BEARINGS) {
      const turn = (bearing * Math.PI) / 180;
      const [x, y] = [view.x + r * Math.sin(turn), view.y - r * Math.cos(turn)];
      const box = { left: x - half, right: x + half, top: y - tall, bottom: y + tall };
      const inside = box.left > 0 && box.top > 0 && box.right < view.size && box.bottom < view.size;
      const free = !boxes.some((each) => each.left < box.right && box.left < each.right && each.top < box.bottom && box.top < each.bottom)
        && !dots.some((each) => each.x > box.left - each.size && each.x < box.right + each.size && each.y > box.top - each.size && each.y < box.bottom + each.size);
      if (!inside || !free) continue;
      ctx.strokeStyle = colours.sea;
      ctx.lineWidth = 4;
      ctx.strokeText(text, x, y);
      ctx.fillStyle = colours.ink;
      ctx.fillText(text, x, y);
      boxes.push(box);
      break;
    }
  }
  return boxes;
}
