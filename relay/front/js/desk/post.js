// Sends decisions one after the other, again while the network is away, each once.
import { readCard } from "./cards.js";

const PAUSES = [500, 1000, 2000, 4000, 8000, 15000];
const AWAY = new Set([429, 502, 503, 504]);

export class Post {
  constructor(tell) {
    this.tell = tell;
    this.waiting = 0;
    this.last = Promise.resolve();
  }

  get isBusy() {
    return this.waiting > 0;
  }

  // Answers {said, decision, handed}, or {card} as the entry is now, or {signedOut}, or {}.
  send(address, data) {
    this.waiting += 1;
    const sent = this.last.then(() => this.deliver(address, data)).catch(() => ({}));
    this.last = sent.finally(() => { this.waiting -= 1; });
    return sent;
  }

  settled() {
    return this.last;
  }

  async deliver(address, data) {
    for (const pause of [...PAUSES, null]) {
      const response = await ask(address, data);
      if (response && !AWAY.has(response.status)) {
        this.tell(false);
        return read(response);
      }
      if (pause === null) break;
      this.tell(true);
      await new Promise((go) => { setTimeout(go, pause); });
      // It may have been done, and only the answer was lost: the server looks.
      data.set("again", "yes");
    }
    this.tell(false);
    return {};
  }
}

async function ask(address, data) {
  try {
    return await fetch(address, {
      method: "POST",
      body: new URLSearchParams(data),
      headers: { "X-Requested-With": "desk" },
      keepalive: true,
    });
  } catch {
    return null;
  }
}

async function read(response) {
  // Without its session a form's token is refused (400) before anything else.
  if (response.redirected || [400, 401].includes(response.status)) return { signedOut: true };
  if (response.ok) return response.json();
  try {
    return { card: readCard(await response.text()) };
  } catch {
    return {};
  }
}
