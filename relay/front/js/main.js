// Everything works without scripts; each module makes one thing better.
import { completeCities } from "./city-box.js";
import { countCharacters } from "./count.js";
import { copyTexts } from "./copy.js";
import { focusErrors } from "./focus.js";
import { closeMenus } from "./menus.js";
import { proveWork } from "./proof.js";
import { rememberName } from "./remember-name.js";
import { rememberLanguage } from "./language.js";
import { sendOnce } from "./send-once.js";
import { shareWithSystem } from "./share.js";
import { waitForPreview } from "./wait-for-preview.js";

focusErrors();
completeCities();
countCharacters();
copyTexts();
closeMenus();
proveWork();
rememberLanguage();
rememberName();
sendOnce();
shareWithSystem();
waitForPreview();
