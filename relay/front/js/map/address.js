// What the address says of the map: its numbers, its middle, the view, the day.
const NUMBERS = ["season", "kind", "since", "until", "relay"];
const OWN = ["zoom", "at", "day"];

// The part that changes the numbers, as the server reads it.
export function dataQuery(url) {
  return pick(url, NUMBERS);
}

// The part that changes what the server draws and tells.
export function pageQuery(url) {
  return pick(url, [...NUMBERS, "centre"]);
}

export function readView(url) {
  const asked = url.searchParams;
  const zoom = Number(asked.get("zoom"));
  const at = (asked.get("at") ?? "").split(",").map(Number);
  const day = Date.parse(`${asked.get("day")}T00:00:00Z`);
  return {
    zoom: zoom > 1 ? zoom : 1,
    at: at.length === 2 && at.every(Number.isFinite) ? at : null,
    day: Number.isFinite(day) ? Math.round(day / 86_400_000) : null,
  };
}

// Changes some parts of the address; null takes one away.
export function changed(url, changes) {
  const next = new URL(url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  next.search = next.search.replaceAll("%2C", ",");
  return next;
}

export function viewOf({ k, at, day }) {
  return {
    zoom: k > 1.01 ? k.toFixed(1) : null,
    at: k > 1.01 ? at.map((each) => each.toFixed(1)).join(",") : null,
    day: day === null ? null : new Date(day * 86_400_000).toISOString().slice(0, 10),
  };
}

export const withoutView = (url) => changed(url, Object.fromEntries(OWN.map((name) => [name, null])));

function pick(url, names) {
  const kept = new URLSearchParams();
  for (const name of names) if (url.searchParams.get(name)) kept.set(name, url.searchParams.get(name));
  const text = kept.toString();
  return text && `?${text}`;
}
