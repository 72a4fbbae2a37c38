// One moderator at work: which card is shown, what was decided, and what comes next.
import { Cards } from "./cards.js";
import { askForReason, isReasonMissing, watchReasons } from "./reasons.js";
import { dressKeys, listenToKeys } from "./keys.js";
import { Post } from "./post.js";
import { Toast } from "./toast.js";

const AHEAD = 2;

export class Desk {
  constructor(holder, toast) {
    this.holder = holder;
    this.words = toast.dataset;
    this.keys = JSON.parse(toast.dataset.keys);
    this.toast = new Toast(toast, () => this.undo());
    this.cards = new Cards(location.search);
    this.post = new Post((waiting) => this.toast.sayWaiting(waiting));
    this.order = [];
    this.decided = new Map();
    this.undoable = [];
    this.tail = document.title.slice(document.title.lastIndexOf(" — "));
  }

  start() {
    const card = this.holder.firstElementChild;
    this.cards.keep(card);
    this.learnOrder(card.dataset.handed.split(" "), card.dataset.ref);
    this.current = card.dataset.ref;
    history.replaceState({ ref: this.current }, "");
    this.prepare(card);
    this.holder.addEventListener("submit", (event) => this.submit(event), true);
    watchReasons(this.holder);
    listenToKeys(this.keys, (act) => this.act(act));
    window.addEventListener("popstate", (event) => event.state?.ref && this.show(event.state.ref, { push: false }));
    window.addEventListener("beforeunload", (event) => {
      if (this.post.isBusy) event.preventDefault();
    });
  }

  // What a key does; all but moving about is a button of the card.
  act(act) {
    if (act === "next") return this.go(1);
    if (act === "previous") return this.go(-1);
    if (act === "undo") return this.undo();
    if (act === "help") return document.querySelector("#desk-help").showModal();
    const target = this.card.querySelector(`[data-act="${act}"]`);
    if (act === "edit" && target) {
      target.closest("details").open = true;
      target.closest("details").querySelector("input:not([type=hidden]), textarea").focus();
    } else target?.click();
  }

  get card() {
    return this.holder.firstElementChild;
  }

  // A decision is taken at once on the screen, and sent behind it.
  submit(event) {
    const form = event.target;
    if (!form.matches("[data-decide], [data-goes-on]") || event.submitter?.formAction.includes("/message")) return;
    event.preventDefault();
    event.stopPropagation();
    if (isReasonMissing(form, event.submitter)) {
      askForReason(form, event.submitter, this.toast, this.words);
      return;
    }
    const card = this.card;
    if (this.decided.has(card.dataset.ref)) return;
    this.send(card, form.action, new FormData(form, event.submitter));
    this.go(1);
  }

  async send(card, address, data) {
    const { ref } = card.dataset;
    const decision = { ref, card, answer: this.post.send(address, data) };
    this.decided.set(ref, decision);
    this.cards.forget(ref);
    this.undoable.push(decision);
    const answer = await decision.answer;
    if (answer.said) {
      if (answer.handed) this.learnOrder(answer.handed);
      this.toast.say(answer.said, { undo: Boolean(answer.decision) });
      if (!this.current) this.go(1);
    } else this.bringBack(decision, answer);
  }

  // Nothing was decided: the card comes back, as the entry is now, with what was typed.
  bringBack({ ref, card }, answer) {
    this.decided.delete(ref);
    this.undoable = this.undoable.filter((each) => each.ref !== ref);
    const back = answer.card ?? card;
    this.cards.keep(back);
    if (!this.order.includes(ref)) this.order.unshift(ref);
    this.toast.say(answer.signedOut ? this.words.signedOut : this.words.failed);
    this.show(ref);
  }

  async undo() {
    const decision = this.undoable.pop();
    if (!decision) return this.card?.querySelector("[data-act=undo]")?.click();
    const answer = await decision.answer;
    if (!answer.decision) return;
    const data = new FormData();
    data.set("csrf_token", decision.card.querySelector("[name=csrf_token]").value);
    data.set("decision", answer.decision);
    const undone = await this.post.send(`/desk/entry/${decision.ref}/undo`, data);
    if (undone.said) {
      this.decided.delete(decision.ref);
      this.toast.say(undone.said);
    } else {
      if (undone.card) this.cards.keep(undone.card);
      this.toast.say(this.words.failed);
    }
    this.show(decision.ref);
  }

  // By one card on or back; what was decided is passed over on the way on.
  go(by) {
    const open = (ref) => !this.decided.has(ref);
    const at = this.order.indexOf(this.current);
    const next = by < 0
      ? this.order.slice(0, Math.max(at, 0)).findLast(open)
      : this.order.slice(at + 1).find(open) ?? this.order.slice(0, Math.max(at, 0)).find(open);
    if (next) this.show(next);
    else if (by > 0 && !open(this.current)) this.rest();
  }

  // Nothing is left on the screen; what is still being sent may bring more.
  async rest() {
    this.current = null;
    this.holder.replaceChildren(this.toast.loadingCard());
    await this.post.settled();
    if (!this.current) location.assign(`/desk/${location.search}`);
  }

  async show(ref, { push = true } = {}) {
    this.current = ref;
    let card = this.cards.ready(ref);
    if (!card) {
      const loading = setTimeout(() => this.current === ref && this.holder.replaceChildren(this.toast.loadingCard()), 150);
      try {
        card = await this.cards.fetch(ref);
      } catch {
        location.assign(`/desk/entry/${ref}${location.search}`);
        return;
      } finally {
        clearTimeout(loading);
      }
      if (this.current !== ref) return;
    }
    this.holder.replaceChildren(card);
    if (push) history.pushState({ ref }, "", `/desk/entry/${ref}${location.search}`);
    document.title = card.dataset.title + this.tail;
    this.prepare(card);
    window.scrollTo(0, 0);
    (card.querySelector(".errors, .conflict") ?? card.querySelector("h1")).scrollIntoView({ block: "nearest" });
    card.querySelector("h1").focus({ preventScroll: true });
  }

  prepare(card) {
    dressKeys(card, this.keys);
    const open = this.order.slice(this.order.indexOf(this.current) + 1).filter((ref) => !this.decided.has(ref));
    this.cards.prefetch(open.slice(0, AHEAD));
  }

  // The server knows best what is in our hands; what we know of decisions stays ours.
  learnOrder(handed, first) {
    const known = new Set(this.order);
    if (first && !handed.includes(first)) this.order.push(first);
    this.order.push(...handed.filter((ref) => ref && !known.has(ref)));
    if (this.card && this.current) this.prepare(this.card);
  }
}
