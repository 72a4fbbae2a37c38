// An import's progress is asked for again and again, and its end shows the result.
const PAUSE = 1500;

const box = document.querySelector("[data-import]");
if (box) setTimeout(look, PAUSE);

async function look() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-import]");
      if (fresh?.dataset.import !== "works") return location.reload();
      box.replaceChildren(...fresh.childNodes);
    }
  } catch {
    // No network for a moment: the next look may do.
  }
  setTimeout(look, PAUSE);
}
