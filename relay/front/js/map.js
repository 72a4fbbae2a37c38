// The map comes alive: the server's drawing stays until all that is needed is there.
import { Atlas } from "./map/atlas.js";
import { loadData, loadLand } from "./map/load.js";

const figure = document.querySelector("[data-map]");
const ui = figure?.querySelector("[data-map-ui]");
if (ui) begin();

async function begin() {
  try {
    const [data, land] = await Promise.all([loadData(ui.dataset.src, location), loadLand(ui.dataset.land)]);
    await pause();
    const atlas = new Atlas(figure, ui, { data, land });
    await pause();
    atlas.start();
  } catch (error) {
    // The drawing and the list hold everything; only movement is missing.
    console.info("The map stays as it was drawn:", error.message);
  }
}

// Between two steps the page may answer its reader.
function pause() {
  return new Promise((go) => { setTimeout(go); });
}
