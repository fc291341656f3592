// Short notices, and questions that wait for an answer.

import { byId, element } from "./dom.js";

export function toast(text) {
  const shown = element("p", { class: "toast" }, text);
  byId("toasts").append(shown);
  setTimeout(() => shown.remove(), 4000 + text.length * 30);
}

// Resolves with the value of the button that closed the dialog; empty if it was dismissed.
export function alertWith(text, buttons = [element("button", { class: "wide primary", value: "ok" }, "OK")], fields = []) {
  const dialog = byId("alert");
  if (dialog.open) dialog.close();
  dialog.returnValue = "";
  byId("alert-text").textContent = text;
  byId("alert-fields").replaceChildren(...fields);
  byId("alert-buttons").replaceChildren(...buttons);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

export const cancelOr = (label) => [
  element("button", { type: "button", class: "wide", onclick: () => byId("alert").close("") }, "Cancel"),
  element("button", { class: "wide primary", value: "ok" }, label),
];

// Asks for one line of text; null if nothing was given.
export async function askFor(text, label, act) {
  const input = element("input", { class: "line", "aria-label": label, required: true, maxlength: 128, autocomplete: "off" });
  const chosen = alertWith(text, cancelOr(act), [input]);
  input.focus();
  return (await chosen) === "ok" ? input.value : null;
}

// Lets one of several be chosen; null if none was.
export async function chooseOne(text, options) {
  const buttons = options.map(({ label, value }) => element("button", { class: "wide", value: String(value) }, label));
  const chosen = await alertWith(text, [element("button", { type: "button", class: "wide quiet", onclick: () => byId("alert").close("") }, "Cancel")], buttons);
  return chosen === "" ? null : chosen;
}
