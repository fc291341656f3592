// Light and dark: as the system wishes, unless chosen here.

import { byId, icon } from "./dom.js";

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";

function showTheme() {
  byId("theme").setAttribute("aria-pressed", String(isDark()));
  byId("theme-icon").replaceChildren(icon(isDark() ? "sun" : "moon"));
}

function toggleTheme() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
  showTheme();
}

export function startAppearance() {
  byId("theme").onclick = toggleTheme;
  prefersDark.addEventListener("change", showTheme);
  showTheme();
}
