// The controls of the playback, what they say, and how they are spoken.
import { loadDays } from "./load.js";
import { isCalm, onCalmChange } from "./motion.js";
import { Playback } from "./playback.js";

const SPOKEN = 5_000; // milliseconds between two sentences while it runs

export class Player {
  constructor(box, atlas) {
    this.box = box;
    this.atlas = atlas;
    this.play = box.querySelector("[data-do=play]");
    this.slider = box.querySelector("input[type=range]");
    this.sentence = box.querySelector(".map-day");
    this.playback = null;
    this.asked = null;
    const acts = { play: () => this.toggle(), back: () => this.step(-1), next: () => this.step(1) };
    box.addEventListener("click", (event) => acts[event.target.closest("[data-do]")?.dataset.do]?.());
    box.addEventListener("change", (event) => {
      if (event.target.name === "map-speed" && this.playback) this.playback.speed = Number(event.target.value);
    });
    this.slider.addEventListener("input", () => this.seek(Number(this.slider.value)));
    onCalmChange(() => this.calm());
  }

  // Fetches the days of the relay that is shown; without any there is nothing to play.
  async prepare(data, day) {
    this.asked = day;
    if (this.data !== data) {
      this.data = data;
      this.playback = null;
      this.box.hidden = true;
      const found = await loadDays(data).catch(() => null);
      if (this.data !== data || !found) return;
      this.playback = new Playback(this.atlas.scene, found.rows, found.step);
      this.playback.speed = Number(this.box.querySelector("input[name=map-speed]:checked")?.value ?? 1);
      this.slider.min = this.playback.first;
      this.slider.max = this.playback.last;
      this.box.hidden = this.playback.first === this.playback.last;
      this.calm();
    }
    if (!this.playback) return;
    const asked = day ?? (this.day === null ? null : this.playback.last);
    if (asked !== null) {
      this.playback.seek(asked);
      this.atlas.draw();
    }
    this.tell();
  }

  get running() { return this.playback?.running ?? false; }

  // The day that is shown, or will be once it is fetched; null when it is the last, today.
  get day() {
    if (!this.playback) return this.asked;
    return this.playback.isOver ? null : this.playback.day;
  }

  calm() {
    if (isCalm()) this.pause();
    this.play.hidden = isCalm();
    this.box.querySelector(".map-speed").hidden = isCalm();
    this.label();
  }

  toggle() {
    if (!this.playback) return;
    if (isCalm()) this.step(1);
    else if (this.running) this.pause();
    else this.run();
  }

  run() {
    if (this.playback.isOver) this.playback.rewind();
    this.playback.running = true;
    this.before = null;
    this.spoken = performance.now();
    this.label();
    this.atlas.draw();
  }

  pause() {
    if (!this.running) return;
    this.playback.running = false;
    this.label();
    this.tell();
    this.speak();
    this.atlas.remember();
  }

  // With the first day at its beginning, one step back shows nothing yet.
  step(way) {
    const day = this.playback.neighbour(way);
    if (this.running) this.pause();
    if (day === null) return;
    this.seek(day);
    this.speak();
  }

  seek(day) {
    this.playback.running = false;
    this.playback.seek(day);
    this.label();
    this.tell();
    this.atlas.draw();
    this.atlas.remember();
  }

  still() { this.playback?.still(); }

  // Moves on by the time since the last frame; says whether there must be another.
  tick(now) {
    if (!this.playback) return false;
    if (this.running) {
      this.playback.run(Math.min(100, now - (this.before ?? now)), now);
      this.before = now;
      this.tell();
      if (!this.running) this.finish();
      else if (now - this.spoken > SPOKEN) this.speak(now);
    }
    return this.playback.settle(now);
  }

  finish() {
    this.label();
    this.speak();
    this.atlas.remember();
  }

  extras(now) { return this.playback?.extras(now); }

  label() {
    const { play, running } = this;
    play.classList.toggle("is-on", running);
    play.querySelector("span").textContent = running ? play.dataset.pause : play.dataset.play;
  }

  tell() {
    const { words, scene } = this.atlas;
    const [cities, artworks] = scene.totals();
    const values = { date: words.day(this.playback.day), cities: words.many("cities", cities), artworks: words.many("artworks", artworks) };
    this.told = words.say("day", values);
    if (this.sentence.dataset.told !== this.told) {
      this.sentence.dataset.told = this.told;
      this.sentence.firstElementChild.textContent = values.date;
      this.sentence.lastElementChild.textContent = `${values.cities} · ${values.artworks}`;
      this.slider.setAttribute("aria-valuetext", this.told);
    }
    this.slider.value = this.playback.day;
    const { first, last, day } = this.playback;
    this.slider.style.setProperty("--played", `${((day - first) / Math.max(1, last - first)) * 100}%`);
  }

  speak(now = performance.now()) {
    this.spoken = now;
    this.atlas.say(this.told);
  }
}
