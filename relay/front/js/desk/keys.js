// Single keys, from the account's own table; never while somebody types.
const TYPES_IN = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";

export function listenToKeys(keys, act) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.target.closest?.(`${TYPES_IN}, dialog[open]`)) return;
    const wanted = keys[event.key.toLowerCase()];
    if (!wanted) return;
    event.preventDefault();
    act(wanted);
  });
}

// The buttons say which key presses them, and what they are folded into says it, too.
export function dressKeys(card, keys) {
  const dressed = new Set();
  for (const [key, act] of Object.entries(keys)) {
    const button = card.querySelector(`[data-act="${act}"]`);
    const seen = button?.closest("details")?.querySelector("summary") ?? button;
    if (!button || seen.querySelector("kbd") || dressed.has(act)) continue;
    dressed.add(act);
    const hint = document.createElement("kbd");
    hint.textContent = key;
    hint.setAttribute("aria-hidden", "true");
    seen.append(" ", hint);
    button.setAttribute("aria-keyshortcuts", key);
  }
}
