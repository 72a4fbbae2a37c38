// Passkeys: asks us for a question, lets the browser answer it, and sends the answer.
const CAN = Boolean(window.PublicKeyCredential && navigator.credentials);

function toBytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function toText(bytes) {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function readQuestion(question) {
  const read = { ...question, challenge: toBytes(question.challenge) };
  if (question.user) read.user = { ...question.user, id: toBytes(question.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (question[list]) read[list] = question[list].map((each) => ({ ...each, id: toBytes(each.id) }));
  }
  return read;
}

function writeAnswer(made) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) response[part] = toText(made.response[part]);
  }
  if (made.response.getTransports) response.transports = made.response.getTransports();
  return { id: made.id, rawId: toText(made.rawId), type: made.type, response };
}

// Gives what was answered; null when we have been sent to another page.
async function post(address, token, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  if (answer.redirected) {
    location.assign(answer.url);
    return null;
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.said ?? "");
  return said;
}

async function run(box) {
  const { passkey, ask, answer, csrf, next } = box.dataset;
  const question = await post(ask, csrf, {});
  if (question === null) return;
  const wanted = { publicKey: readQuestion(question) };
  const made = passkey === "new"
    ? await navigator.credentials.create(wanted)
    : await navigator.credentials.get(wanted);
  const name = box.querySelector("input")?.value ?? "";
  const where = next ? `${answer}?${new URLSearchParams({ next })}` : answer;
  const done = await post(where, csrf, { ...writeAnswer(made), name });
  if (done !== null) location.assign(done.next);
}

for (const box of CAN ? document.querySelectorAll("[data-passkey]") : []) {
  const button = box.querySelector("button");
  const said = box.querySelector(".passkey-said");
  box.querySelector(".passkey-without").hidden = true;
  box.querySelector(".passkey-with").hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = "";
    button.setAttribute("aria-disabled", "true");
    try {
      await run(box);
    } catch (error) {
      // What the browser says is in its own words, and tells nothing that would help.
      said.textContent = error.name === "Error" && error.message ? error.message : box.dataset.failed;
    }
    button.removeAttribute("aria-disabled");
  });
}
