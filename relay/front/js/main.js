// Everything works without scripts; each module makes one thing better.
import { countCharacters } from "./count.js";
import { copyTexts } from "./copy.js";
import { focusErrors } from "./focus.js";
import { closeMenus } from "./menus.js";
import { rememberLanguage } from "./language.js";
import { sendOnce } from "./send-once.js";
import { shareWithSystem } from "./share.js";

focusErrors();
countCharacters();
copyTexts();
closeMenus();
rememberLanguage();
sendOnce();
shareWithSystem();
