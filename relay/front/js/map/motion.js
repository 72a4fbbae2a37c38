// Whether things may move: the system's wish, and our own reading setting.
const wish = matchMedia("(prefers-reduced-motion: reduce)");

export const isCalm = () => wish.matches || document.documentElement.classList.contains("calm");

export function onCalmChange(tell) {
  wish.addEventListener("change", tell);
}

export const ease = (share) => (share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2);
