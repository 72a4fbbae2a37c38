// The page around the map follows it: its words and lists are the server's own.
const FOLLOWING = [".phead", "#list", ".all", ".mapbox > figcaption"];
const DRAWING = ".mapbox > svg";

export async function fetchPage(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const ui = page.querySelector("[data-map-ui]");
  if (!ui) throw new Error("There is no map on that page");
  const { id, lat, lon, name } = ui.dataset;
  return { page, middle: { id, lat, lon, name } };
}

let drawing = null;

// The server's drawing stands on paper only: its links would be there twice.
export function keepForPaper(figure) {
  drawing = figure.querySelector(":scope > svg");
  drawing?.remove();
  addEventListener("beforeprint", () => drawing && figure.prepend(drawing));
  addEventListener("afterprint", () => drawing?.remove());
}

export function swapPage(figure, { page }) {
  document.title = page.title;
  const drawn = page.querySelector(DRAWING);
  if (drawn) drawing = document.adoptNode(drawn);
  for (const part of FOLLOWING) {
    const [before, after] = [document.querySelector(part), page.querySelector(part)];
    if (before && after) swap(before, document.adoptNode(after), figure);
  }
}

// What was open stays open, and who was on a link stays on it, or goes to the map.
function swap(before, after, figure) {
  const opened = [...before.querySelectorAll("details")].map((each) => each.open);
  after.querySelectorAll("details").forEach((each, at) => { each.open = opened[at] ?? each.open; });
  const focus = before.contains(document.activeElement) ? document.activeElement : null;
  before.replaceWith(after);
  if (!focus) return;
  const same = [...after.querySelectorAll(focus.tagName)].find((each) => each.textContent === focus.textContent);
  (same ?? figure.querySelector(".map-surface")).focus({ preventScroll: true });
}
