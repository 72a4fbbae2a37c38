// Says what was decided, for ten seconds with a way to undo it.
const SECONDS = 10;

export class Toast {
  constructor(place, undo) {
    this.place = place;
    this.words = place.dataset;
    this.undo = undo;
    // Whoever points at it or stands in it is not hurried.
    for (const type of ["mouseleave", "focusout"]) place.addEventListener(type, () => this.count());
    for (const type of ["mouseenter", "focusin"]) place.addEventListener(type, () => clearTimeout(this.timer));
  }

  say(message, { undo = false } = {}) {
    const words = document.createElement("p");
    words.textContent = message;
    this.place.replaceChildren(words);
    if (undo) this.place.append(this.button(this.words.undo, () => this.undo()));
    this.place.append(this.button(this.words.close, () => this.clear()));
    this.isWaiting = false;
    this.count();
  }

  sayWaiting(isWaiting) {
    if (isWaiting && !this.isWaiting) {
      this.say(this.words.waiting);
      clearTimeout(this.timer);
    } else if (!isWaiting && this.isWaiting) this.clear();
    this.isWaiting = isWaiting;
  }

  loadingCard() {
    const words = document.createElement("p");
    words.className = "lede";
    words.textContent = this.words.loading;
    return words;
  }

  count() {
    clearTimeout(this.timer);
    if (!this.isWaiting) this.timer = setTimeout(() => this.clear(), SECONDS * 1000);
  }

  clear() {
    clearTimeout(this.timer);
    this.place.replaceChildren();
  }

  button(label, press) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn ghost small";
    button.textContent = label;
    button.addEventListener("click", press);
    return button;
  }
}
