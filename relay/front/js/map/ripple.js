// The sphere spread out around one place, as relay/domain/geo.py draws it: bearings are
// true, each ring is one distance, and the neighbourhood is drawn larger than the rest.
import { geoPath, geoProjection } from "d3-geo";

const SWELL = 0.72;
const FARTHEST_KM = Math.PI * 6371.0088;
const DEGREE = Math.PI / 180;
const RIM = 179.99; // degrees: just short of the one point that lies in every direction

export const reach = (km) => (km / FARTHEST_KM) ** SWELL;

export function vector(lat, lon) {
  const flat = Math.cos(lat * DEGREE);
  return [flat * Math.cos(lon * DEGREE), flat * Math.sin(lon * DEGREE), Math.sin(lat * DEGREE)];
}

export const latLon = ([x, y, z]) => [Math.atan2(z, Math.hypot(x, y)) / DEGREE, Math.atan2(y, x) / DEGREE];

export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const angle = (a, b) => Math.acos(Math.max(-1, Math.min(1, dot(a, b))));

export const kmBetween = (a, b) => (angle(a, b) / Math.PI) * FARTHEST_KM;

// A place at a share of the way from a to b. Opposite places have no one way: any will do.
export function along(a, b, share) {
  const whole = angle(a, b);
  const sine = Math.sin(whole);
  if (sine < 1e-9) return share < 0.5 ? a : b;
  const one = Math.sin((1 - share) * whole) / sine;
  const other = Math.sin(share * whole) / sine;
  return [a[0] * one + b[0] * other, a[1] * one + b[1] * other, a[2] * one + b[2] * other];
}

// The plane around one place; the whole globe is the disc of radius 1, y grows downwards.
export class Ripple {
  constructor(middle) {
    const [lat, lon] = latLon(middle);
    const [s, c, t, d] = [Math.sin(lat * DEGREE), Math.cos(lat * DEGREE), Math.sin(lon * DEGREE), Math.cos(lon * DEGREE)];
    this.middle = middle;
    this.at = [lat, lon];
    this.east = [-t, d, 0];
    this.north = [-s * d, -s * t, c];
  }

  place(point) {
    const x = dot(point, this.east);
    const y = dot(point, this.north);
    const flat = Math.hypot(x, y);
    const up = dot(point, this.middle);
    if (!flat) return [up > 0 ? 0 : 1, 0];
    const far = (Math.atan2(flat, up) / Math.PI) ** SWELL / flat;
    return [x * far, -y * far];
  }

  // The way back: what lies at a point of the disc.
  find(x, y) {
    const far = Math.min(1, Math.hypot(x, y));
    if (!far) return this.middle;
    const turn = Math.PI * far ** (1 / SWELL);
    const [sine, up] = [Math.sin(turn) / far, Math.cos(turn)];
    return [0, 1, 2].map((i) => (this.east[i] * x - this.north[i] * y) * sine + this.middle[i] * up);
  }

  // The land as a path on the disc, 1,000 units wide; coarse while it moves.
  outline(land, { coarse }) {
    const path = new Path2D();
    const projection = geoProjection(spread)
      .rotate([-this.at[1], -this.at[0]])
      .scale(500)
      .translate([0, 0])
      .clipAngle(RIM)
      .precision(coarse ? 2 : 0.5);
    geoPath(projection, path)(land);
    return path;
  }
}

function spread(lambda, phi) {
  const flat = Math.cos(phi);
  const turn = Math.acos(Math.max(-1, Math.min(1, Math.cos(lambda) * flat)));
  if (!turn) return [0, 0];
  const far = (turn / Math.PI) ** SWELL / Math.sin(turn);
  return [far * flat * Math.sin(lambda), far * Math.sin(phi)];
}
