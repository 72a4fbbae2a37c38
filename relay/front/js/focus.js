// After a failed form the list of problems is what the reader needs first.
export function focusErrors() {
  document.querySelector("[data-focus]")?.focus();
}
