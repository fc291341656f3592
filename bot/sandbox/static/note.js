// What a mark means, in a bubble beside it, while the pointer or the focus is on it.

import { byId, element } from "./dom.js";

const GAP = 6; // pixels between a mark and its note
const LINGER = 150; // milliseconds in which the pointer may reach the note

let leaving = null;
let afterwards = null;

export function startNote() {
  const note = byId("mark-note");
  note.addEventListener("pointerenter", () => clearTimeout(leaving));
  note.addEventListener("pointerleave", hideNote);
  addEventListener("keydown", (event) => event.key === "Escape" && hideNow());
  byId("desk-scroll").addEventListener("scroll", hideNow, { passive: true });
}

export function showNote(mark, meanings, onHidden) {
  clearTimeout(leaving);
  afterwards = onHidden;
  const note = byId("mark-note");
  note.replaceChildren(...meanings.map(told));
  note.hidden = false;
  const place = mark.getClientRects()[0];
  const { width, height } = note.getBoundingClientRect();
  const isBelow = place.bottom + GAP + height < innerHeight;
  note.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
  note.style.top = `${isBelow ? place.bottom + GAP : Math.max(8, place.top - GAP - height)}px`;
}

function told({ kind, facts }) {
  const rows = facts.map(([ask, words]) => element("p", {}, element("span", { class: "ask" }, ask), " ", words));
  return element("div", { class: `note-part is-${kind}` }, ...rows);
}

export function hideNote() {
  clearTimeout(leaving);
  leaving = setTimeout(hideNow, LINGER);
}

function hideNow() {
  clearTimeout(leaving);
  byId("mark-note").hidden = true;
  afterwards?.();
  afterwards = null;
}
