// Reads the columns that relay/domain/map_columns.py writes.
import { vector } from "./ripple.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Uint8Array(128);
[...LETTERS].forEach((letter, at) => { VALUES[letter.charCodeAt(0)] = at; });

export function readNumbers(text) {
  const numbers = [];
  let value = 0;
  let unit = 1;
  for (let at = 0; at < text.length; at += 1) {
    const digit = VALUES[text.charCodeAt(at)];
    value += (digit & 31) * unit;
    if (digit & 32) {
      unit *= 32;
    } else {
      numbers.push(value % 2 ? -(value - 1) / 2 : value / 2);
      value = 0;
      unit = 1;
    }
  }
  return numbers;
}

export function readSteps(text) {
  let sum = 0;
  return readNumbers(text).map((step) => (sum += step));
}

export function readPlaces(packed, scale) {
  const [ids, lats, lons] = [packed.ids, packed.lats, packed.lons].map(readSteps);
  const entries = readNumbers(packed.entries);
  const names = packed.names.split("\n");
  const countries = readNumbers(packed.runs).flatMap((many, at) => Array(many).fill(packed.countries[at]));
  return ids.map((id, at) => ({
    at, id, name: names[at], country: countries[at], entries: entries[at],
    point: vector(lats[at] / scale, lons[at] / scale),
  }));
}

export function readLegs(packed) {
  const to = readNumbers(packed.to);
  const passes = readNumbers(packed.passes);
  const legs = [];
  readNumbers(packed.out).forEach((many, from) => {
    for (let end = 0, left = many; left; left -= 1) {
      end += to[legs.length];
      legs.push({ from, to: end, passes: passes[legs.length] });
    }
  });
  return legs;
}

export function readDays(packed) {
  const after = readNumbers(packed.after);
  const to = readNumbers(packed.to);
  const origin = readNumbers(packed.origin);
  const entries = readNumbers(packed.entries);
  let day = 0;
  let end = 0;
  return after.map((step, at) => {
    day += step;
    end = step ? to[at] : end + to[at];
    return { day, to: end, from: origin[at] - 1, entries: entries[at] };
  });
}

// The land: rings of steps, longitude first, in shares of a degree; as one GeoJSON shape.
export function readLand({ scale, rings }) {
  const coordinates = rings.map(([, ...steps]) => {
    let [x, y] = [0, 0];
    const ring = [];
    for (let at = 0; at < steps.length; at += 2) {
      x += steps[at];
      y += steps[at + 1];
      ring.push([x / scale, y / scale]);
    }
    return [...ring, ring[0]];
  });
  const polygons = [];
  rings.forEach(([lakeOf], at) => {
    if (lakeOf < 0) polygons[at] = [coordinates[at]];
    else polygons[lakeOf].push(coordinates[at]);
  });
  return { type: "MultiPolygon", coordinates: polygons.filter(Boolean) };
}
