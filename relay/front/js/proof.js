// Solves a small proof of work while somebody types: a person never notices, and who
// floods us pays for each entry. Without it the form can be sent all the same.
const RENEW = 60 * 60 * 1000; // it lasts for two hours
const PATIENCE = 5000;
const MOST = 100_000;

export function proveWork() {
  const form = document.querySelector("form[data-proof]");
  // Browsers have no Web Crypto for sites without TLS.
  if (!form || !globalThis.crypto?.subtle) return;
  const field = form.elements.proof;
  let at = 0;
  let working = null;
  let waiting = false;

  const work = () => {
    if (!working && Date.now() - at > RENEW) {
      field.value = "";
      working = prove(form.dataset.proof)
        .then((proof) => {
          field.value = proof;
          at = Date.now();
        })
        .catch(() => {}) // No network, or an old browser.
        .finally(() => (working = null));
    }
    return working;
  };
  for (const sign of ["focusin", "input", "pointerdown"]) {
    form.addEventListener(sign, work, { passive: true });
  }

  // Before all others who listen: what is held back here is not sent yet.
  document.addEventListener(
    "submit",
    async (event) => {
      if (event.target !== form || event.submitter?.name !== "send") return;
      const pending = waiting === "over" ? null : work();
      if (!pending) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (waiting) return;
      waiting = true;
      await Promise.race([pending, new Promise((go) => setTimeout(go, PATIENCE))]);
      waiting = "over";
      form.requestSubmit(event.submitter);
      waiting = false;
    },
    true,
  );
}

async function prove(address) {
  const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw new Error(answer.statusText);
  const challenge = await answer.json();
  const solution = await solve(challenge.parameters);
  return btoa(JSON.stringify({ challenge, solution }));
}

// The work is done by the browser's own threads; this one only waits for it.
async function solve({ algorithm, cost, keyLength, keyPrefix, nonce, salt }) {
  const { subtle } = crypto;
  const start = bytesOf(nonce);
  const how = {
    name: "PBKDF2",
    hash: algorithm.split("/")[1],
    salt: bytesOf(salt),
    iterations: cost,
  };
  for (let counter = 0; counter < MOST; counter++) {
    const password = new Uint8Array(start.length + 4);
    password.set(start);
    new DataView(password.buffer).setUint32(start.length, counter);
    const key = await subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derivedKey = hexOf(await subtle.deriveBits(how, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
  throw new Error("unsolved");
}

function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
}

function hexOf(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
