// A combobox over the gazetteer (ARIA Authoring Practices: list autocomplete with
// manual selection). Without it the server asks "Did you mean".
const PAUSE = 180;

export function completeCities() {
  for (const input of document.querySelectorAll("[data-city]")) new CityBox(input);
}

class CityBox {
  constructor(input) {
    this.input = input;
    this.active = -1;
    this.list = Object.assign(document.createElement("ul"), { id: `${input.id}-list`, hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", document.querySelector(`label[for="${input.id}"]`).textContent);
    this.list.className = "options";
    this.status = Object.assign(document.createElement("p"), { className: "vh" });
    this.status.setAttribute("role", "status");
    this.picked = Object.assign(document.createElement("input"), { type: "hidden", name: "city_pick" });
    this.picked.value = document.querySelector("[name=city_known]")?.value ?? "";
    input.after(this.list, this.status, this.picked);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id,
    })) input.setAttribute(name, value);
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  later() {
    this.picked.value = "";
    document.querySelector(".offered")?.remove();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const text = this.input.value.trim();
    if (!text) return this.close();
    const query = new URLSearchParams({ q: text, lang: this.input.dataset.lang });
    try {
      const answer = await fetch(`${this.input.dataset.city}?${query}`);
      if (answer.ok && text === this.input.value.trim()) this.show((await answer.json()).cities);
    } catch {
      this.close();
    }
  }

  show(cities) {
    this.active = -1;
    this.list.replaceChildren(...cities.map((city, at) => this.option(city, at)));
    const { none, some } = this.input.dataset;
    this.status.textContent = cities.length ? some.replace("{count}", cities.length) : none;
    this.open(cities.length > 0);
  }

  option(city, at) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${at}`;
    item.setAttribute("role", "option");
    item.dataset.id = city.id;
    item.dataset.name = city.name;
    const name = Object.assign(document.createElement("b"), { textContent: city.name });
    item.append(name, ` ${[city.region, city.country_name].filter(Boolean).join(" · ")}`);
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.pick(item);
    });
    return item;
  }

  key(event) {
    const items = [...this.list.children];
    if (this.list.hidden || !items.length) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      this.active = (this.active + steps[event.key] + items.length) % items.length;
      items.forEach((item, at) => item.setAttribute("aria-selected", String(at === this.active)));
      items[this.active].scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", items[this.active].id);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.pick(items[this.active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  pick(item) {
    this.input.value = item.dataset.name;
    this.picked.value = item.dataset.id;
    this.status.textContent = item.textContent;
    this.close();
  }

  open(yes) {
    this.list.hidden = !yes;
    this.input.setAttribute("aria-expanded", String(yes));
    if (!yes) this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.open(false);
  }
}
