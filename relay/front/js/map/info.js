// What is told beside the map of a city, or of a leg between two.
import { changed } from "./address.js";
import { kmBetween } from "./ripple.js";

const WIDE = matchMedia("(min-width: 60.01rem)"); // then it stands beside the map, else below
const MOST = 3; // neighbours named each way

export class Info {
  constructor(figure, atlas) {
    this.atlas = atlas;
    this.figure = figure;
    this.box = figure.querySelector(".map-info");
    this.told = this.box.querySelector(".map-told");
    this.works = this.box.querySelector(".map-works");
    const settle = () => (WIDE.matches ? figure : figure.querySelector(".map-ui")).after(this.box);
    WIDE.addEventListener("change", settle);
    settle();
    this.box.addEventListener("click", (event) => this.act(event));
  }

  act(event) {
    const { atlas } = this;
    const acts = { nearer: () => atlas.walk(-1), farther: () => atlas.walk(1), close: () => this.close() };
    acts[event.target.closest("[data-do]")?.dataset.do]?.();
    const around = event.target.closest("[data-way=around]");
    if (!around || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    atlas.centre(atlas.selected);
  }

  // Tells the distance anew after another city has come into the middle.
  again() {
    if (!this.box.hidden && this.atlas.selected) this.showCity(this.atlas.selected, this.atlas.middle);
  }

  showCity(place, middle) {
    const { words, scene, ui } = this.atlas;
    const group = scene.groups[scene.groupOf[place.at]];
    const lines = [words.many("artworks", scene.here[place.at])];
    if (place.id !== middle.id) {
      lines.push(words.say("away", { km: words.number.format(Math.round(kmBetween(middle.point, place.point))), origin: middle.name }));
    }
    const others = group.members.length - 1;
    if (others) lines.push(words.many("more", others));
    this.tell(words.place(place), lines, [
      [words.sentences.came, this.neighbours(place, "to", "from")],
      [words.sentences.went, this.neighbours(place, "from", "to")],
    ]);
    this.ways({
      around: changed(new URL(location.href), { centre: place.id, zoom: null, at: null, day: null }).href,
      city: this.atlas.pageOf(place),
      wall: `${ui.dataset.wallPage}?city=${place.id}`,
    });
    this.box.querySelector("[data-way=around]").hidden = place.id === middle.id;
    this.listArtworks(place);
  }

  // The newest artworks from here, each with a link that shows its relay alone.
  async listArtworks(place) {
    this.works.hidden = true;
    const { origin, pathname, search } = new URL(location.href);
    const answer = await fetch(`${this.works.dataset.src}?city=${place.id}&limit=${MOST}`).catch(() => null);
    if (!answer?.ok || this.atlas.selected !== place) return;
    const { entries } = await answer.json();
    const list = make("ul", "");
    list.append(...entries.map(({ no, title, lang }) => {
      const item = make("li", "");
      const link = Object.assign(make("a", title), { href: `${this.works.dataset.page}${no}`, lang, dir: "auto" });
      const only = changed(new URL(origin + pathname + search), { relay: no, zoom: null, at: null, day: null });
      const focus = Object.assign(make("a", this.works.dataset.only), { href: only.href });
      focus.setAttribute("aria-label", `${this.works.dataset.only}: ${title}`);
      item.append(link, focus);
      return item;
    }));
    this.works.replaceChildren(make("h3", this.works.dataset.head), list);
    this.works.hidden = !entries.length;
  }

  showLine({ from, to }) {
    const { words, scene } = this.atlas;
    const [a, b] = [scene.face(from), scene.face(to)];
    const both = scene.lines.filter((each) => (each.from === from && each.to === to) || (each.from === to && each.to === from));
    const lines = both.filter((each) => each.passes).map((each) =>
      `${words.say("way", { start: scene.face(each.from).name, end: scene.face(each.to).name })}: ${words.many("passes", each.passes)}`);
    this.tell(`${a.name} – ${b.name}`, [words.km(kmBetween(a.point, b.point)), ...lines], []);
    this.works.hidden = true;
    this.ways({});
  }

  // Who gave to this city most, or took from it: [name, link, passes].
  neighbours(place, mine, other) {
    const { scene } = this.atlas;
    return scene.raw.map((leg, at) => [leg, scene.passed[at]])
      .filter(([leg, many]) => many && leg[mine] === place.at)
      .sort((a, b) => b[1] - a[1]).slice(0, MOST)
      .map(([leg, many]) => [scene.places[leg[other]], many]);
  }

  tell(title, lines, lists) {
    const { words } = this.atlas;
    const parts = [make("h2", title), ...lines.map((line) => make("p", line))];
    for (const [head, found] of lists.filter(([, each]) => each.length)) {
      const list = make("ul", "");
      list.append(...found.map(([place, many]) => {
        const item = make("li", "");
        const link = Object.assign(make("a", place.name), { href: this.atlas.pageOf(place) });
        item.append(link, make("span", words.many("passes", many)));
        return item;
      }));
      parts.push(make("h3", head), list);
    }
    // The same once more would only be spoken once more.
    const whole = document.createElement("div");
    whole.append(...parts);
    if (this.box.hidden || whole.innerHTML !== this.told.firstElementChild?.innerHTML) this.told.replaceChildren(whole);
    this.box.hidden = false;
    this.figure.parentElement.classList.add("has-info");
  }

  ways(links) {
    for (const link of this.box.querySelectorAll("[data-way]")) {
      link.hidden = !links[link.dataset.way];
      if (!link.hidden) link.href = links[link.dataset.way];
    }
  }

  close() {
    const hadFocus = this.box.contains(document.activeElement);
    this.box.hidden = true;
    this.figure.parentElement.classList.remove("has-info");
    this.atlas.close();
    if (hadFocus) this.atlas.surface.focus();
  }
}

const make = (name, text) => Object.assign(document.createElement(name), { textContent: text });
