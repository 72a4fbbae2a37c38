// Asks for the preview again until it is there, and offers its title.
const FIRST = 1200;
const LONGEST = 10000;

export function waitForPreview() {
  const box = document.querySelector("[data-preview]");
  if (!box) return;
  document.documentElement.classList.add("scripted");
  let pause = FIRST;
  const look = async () => {
    if (box.firstElementChild?.dataset.waits !== "yes") return;
    try {
      const answer = await fetch(box.dataset.preview, { credentials: "same-origin" });
      if (answer.ok) show(box, await answer.text());
    } catch {
      // No network for a moment: the next try may do.
    }
    pause = Math.min(pause * 1.4, LONGEST);
    setTimeout(look, pause);
  };
  setTimeout(look, pause);
}

function show(box, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  if (!fresh || fresh.isEqualNode(box.firstElementChild)) return;
  box.replaceChildren(fresh);
  const title = document.getElementById("title");
  if (fresh.dataset.title && title && !title.value) title.value = fresh.dataset.title;
}
