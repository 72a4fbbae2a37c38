// Keeps the chosen language for the next visit to the first page.
const YEAR = 31536000;

export function rememberLanguage() {
  const secure = location.protocol === "https:" ? "; secure" : "";
  for (const link of document.querySelectorAll("[data-language]")) {
    link.addEventListener("click", () => {
      document.cookie = `lang=${link.dataset.language}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
    });
  }
}
