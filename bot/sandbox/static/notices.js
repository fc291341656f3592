// Short notices, and questions that wait for an answer.

import { byId, element } from "./dom.js";

export function toast(text) {
  const shown = element("p", { class: "toast" }, text);
  byId("toasts").append(shown);
  setTimeout(() => shown.remove(), 4000 + text.length * 30);
}

export function alertWith(text, buttons = [element("button", { class: "wide primary", value: "ok" }, "OK")]) {
  const dialog = byId("alert");
  if (dialog.open) dialog.close();
  byId("alert-text").textContent = text;
  byId("alert-buttons").replaceChildren(...buttons);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}
