// Fetches what the map is drawn from.
import { dataQuery } from "./address.js";
import { readDays, readLand, readLegs, readPlaces } from "./columns.js";
import { Words } from "./words.js";

export async function loadData(src, address) {
  const query = dataQuery(new URL(address.href));
  const told = await fetchJson(src + query);
  return {
    query,
    edition: told.edition,
    days: told.days,
    latest: told.latest,
    places: readPlaces(told.places, told.scale),
    legs: readLegs(told.legs),
    words: new Words(told.words, told.countries, told.locale),
  };
}

export async function loadLand(src) {
  return readLand(await fetchJson(src));
}

// None when the relay has gone on since the cities were fetched: places would not fit.
export async function loadDays({ days, edition }) {
  if (!days) return null;
  const told = await fetchJson(days);
  const rows = told.edition === edition ? readDays(told.days) : [];
  return rows.length ? { rows, step: told.step } : null;
}

async function fetchJson(src) {
  const answer = await fetch(src);
  if (!answer.ok) throw new Error(`${src} answered ${answer.status}`);
  return answer.json();
}
