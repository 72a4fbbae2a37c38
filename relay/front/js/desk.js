// The desk comes alive: decisions are sent while the next entry is shown already.
import { Desk } from "./desk/desk.js";

const holder = document.querySelector("#desk-card");
const toast = document.querySelector("#desk-toast");
if (holder?.firstElementChild && toast) new Desk(holder, toast).start();
