// A picture as large as the window, and at its own size when tapped again.

import { byId, element, icon } from "./dom.js";

export function enlarge(small) {
  const picture = element("img", { src: small.src, alt: small.alt, width: small.getAttribute("width"), height: small.getAttribute("height") });
  const toggle = element("button", { type: "button", class: "picture-toggle", "aria-label": "Full size", "aria-pressed": "false" }, picture);
  toggle.onclick = () => {
    const isWhole = byId("picture").classList.toggle("is-whole");
    toggle.setAttribute("aria-pressed", String(isWhole));
  };
  const close = element("button", { type: "button", class: "icon-button picture-close", "aria-label": "Close the picture", onclick: () => byId("picture").close() }, icon("close"));
  byId("picture").classList.remove("is-whole");
  byId("picture").replaceChildren(close, element("div", { class: "picture-frame", onclick: closeBeside }, toggle));
  byId("picture").showModal();
}

const closeBeside = (event) => event.target === event.currentTarget && byId("picture").close();
