// The page around the map follows it: its words and lists are the server's own.
const FOLLOWING = [".phead", "#list", ".all", ".mapbox > svg", ".mapbox > figcaption"];

export async function fetchPage(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const ui = page.querySelector("[data-map-ui]");
  if (!ui) throw new Error("There is no map on that page");
  const { id, lat, lon, name } = ui.dataset;
  return { page, middle: { id, lat, lon, name } };
}

export function swapPage(figure, { page }) {
  document.title = page.title;
  for (const part of FOLLOWING) {
    const [before, after] = [document.querySelector(part), page.querySelector(part)];
    if (!before || !after || before.contains(document.activeElement)) continue;
    before.replaceWith(document.adoptNode(after));
  }
}
