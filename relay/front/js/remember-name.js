// Keeps the name on this device, so that a second artwork asks for it no more.
export function rememberName() {
  const input = document.querySelector("[data-remember]");
  if (!input) return;
  const key = `relay.${input.dataset.remember}`;
  try {
    if (!input.value) input.value = localStorage.getItem(key) ?? "";
    input.form.addEventListener("submit", () => localStorage.setItem(key, input.value));
  } catch {
    // Storage is switched off: nothing is kept.
  }
}
