// Says how long a text is, in the field's own words; nothing is cut off while typing.
export function countCharacters() {
  for (const field of document.querySelectorAll("[data-count]")) {
    const line = document.createElement("p");
    line.className = "count";
    field.after(line);
    const say = () => {
      line.textContent = field.dataset.countWords
        .replace("{count}", [...field.value].length)
        .replace("{limit}", field.dataset.count);
    };
    field.addEventListener("input", say);
    say();
  }
}
