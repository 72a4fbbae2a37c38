// Cards of entries: fetched ahead with their pictures, and kept with what was typed.
export class Cards {
  constructor(search) {
    this.search = search;
    this.kept = new Map();
    this.coming = new Map();
  }

  keep(card) {
    this.kept.set(card.dataset.ref, card);
  }

  forget(ref) {
    this.kept.delete(ref);
    this.coming.delete(ref);
  }

  ready(ref) {
    return this.kept.get(ref);
  }

  fetch(ref) {
    if (this.kept.has(ref)) return Promise.resolve(this.kept.get(ref));
    if (!this.coming.has(ref)) {
      const asked = load(ref, this.search).finally(() => this.coming.delete(ref));
      this.coming.set(ref, asked);
      asked.then((card) => this.keep(card), () => {});
    }
    return this.coming.get(ref);
  }

  prefetch(refs) {
    for (const ref of refs) this.fetch(ref).catch(() => {});
  }
}

async function load(ref, search) {
  const response = await fetch(`/desk/entry/${ref}/card${search}`, { headers: { "X-Requested-With": "desk" } });
  if (!response.ok || response.redirected) throw new Error(`card ${response.status}`);
  return readCard(await response.text());
}

// Made in this document, a card loads its pictures before it is shown.
export function readCard(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const card = parsed.querySelector("article[data-ref]");
  if (!card) throw new Error("no card");
  return document.importNode(card, true);
}
