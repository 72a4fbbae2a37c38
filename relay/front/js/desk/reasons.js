// Reasons: asked for when one is missing, chosen by digits, and told as makers read them.
const SOON = 400;

export function isReasonMissing(form, submitter) {
  return Boolean(submitter?.hasAttribute("data-needs-reason") && !form.elements.reason.value);
}

export function askForReason(form, submitter, toast, words) {
  form.dataset.wanted = submitter.value;
  for (const each of form.querySelectorAll("[data-wanted-now]")) each.removeAttribute("data-wanted-now");
  submitter.setAttribute("data-wanted-now", "");
  form.elements.reason.focus();
  toast.say(words.reason);
}

export function watchReasons(holder) {
  holder.addEventListener("keydown", (event) => {
    const { target: select } = event;
    if (select.name !== "reason" || !select.form?.matches("[data-decide]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^\d$/.test(event.key)) choose(select, event);
    else if (event.key === "Enter") finish(select.form, event);
    else if (event.key === "Escape") leave(select.form);
  });
  let timer;
  holder.addEventListener("input", (event) => {
    const form = event.target.closest?.("[data-decide]");
    if (!form || !["reason", "note"].includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => foretell(form), SOON);
  });
}

function choose(select, event) {
  const at = event.key === "0" ? 10 : Number(event.key);
  if (at >= select.options.length) return;
  event.preventDefault();
  select.selectedIndex = at;
  select.dispatchEvent(new Event("input", { bubbles: true }));
}

function finish(form, event) {
  if (!form.dataset.wanted || !form.elements.reason.value) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(`button[value="${form.dataset.wanted}"]`));
}

function leave(form) {
  delete form.dataset.wanted;
  form.querySelector("[data-wanted-now]")?.removeAttribute("data-wanted-now");
  form.elements.reason.blur();
}

// What the maker would read, as the server says it, below the form.
async function foretell(form) {
  const place = form.querySelector("[data-told]");
  const ask = form.querySelector("[formaction]");
  if (!place || !ask) return;
  if (!form.elements.reason.value) {
    place.replaceChildren();
    return;
  }
  const data = new FormData(form);
  if (form.dataset.wanted) data.set("choice", form.dataset.wanted);
  try {
    const response = await fetch(ask.formAction, { method: "POST", body: new URLSearchParams(data) });
    if (!response.ok || response.redirected) return;
    const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
    const told = [...parsed.querySelectorAll(".told")].map((each) => document.importNode(each, true));
    for (const heading of told.flatMap((each) => [...each.querySelectorAll("h2")])) heading.replaceWith(renamed(heading));
    place.replaceChildren(...told);
  } catch {
    // The button below shows it, too.
  }
}

function renamed(heading) {
  const smaller = document.createElement("h3");
  smaller.textContent = heading.textContent;
  return smaller;
}
