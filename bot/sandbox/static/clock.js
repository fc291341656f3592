// The sandbox's clock: shown in the strip, moved in its panel.

import { LOCALE, byId, element, post } from "./dom.js";
import { model, sandboxNow, takeClock } from "./model.js";

const pad = (number) => String(number).padStart(2, "0");

export function offsetLabel(seconds) {
  const rounded = Math.round(seconds / 60);
  if (rounded === 0) return "";
  const minutes = Math.abs(rounded);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = [days && `${days} d`, hours && `${hours} h`, !days && minutes % 60 && `${minutes % 60} min`].filter(Boolean);
  return `${rounded > 0 ? "+" : "−"}${parts.slice(0, 2).join(" ")}`;
}

export function showClock() {
  const now = sandboxNow();
  const face = byId("clock-face");
  const day = element("span", { class: "clock-day" }, now.toLocaleDateString(LOCALE, { weekday: "short" }));
  const time = now.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });
  face.replaceChildren(day, now.toLocaleDateString(LOCALE, { day: "numeric", month: "short" }), " ", element("span", {}, time));
  face.dateTime = now.toISOString();
  const offset = offsetLabel(model.clock.offset);
  byId("clock-offset").textContent = offset;
  byId("clock").classList.toggle("is-moved", offset !== "");
  byId("clock").setAttribute("aria-label", `Sandbox clock: ${now.toLocaleString(LOCALE, { dateStyle: "full", timeStyle: "short" })}${offset && `, ${offset} from real time`}`);
  byId("panel-time").textContent = now.toLocaleString(LOCALE, { dateStyle: "full", timeStyle: "medium" });
  byId("panel-note").textContent = offset ? `${offset} from real time. The bot goes by this clock.` : "This is real time. The bot goes by this clock.";
  byId("to-real-time").disabled = offset === "";
}

async function move(body) {
  const status = byId("clock-status");
  try {
    const answer = await post("clock", body);
    takeClock(answer);
    showClock();
    status.textContent = answer.status ?? "";
  } catch (error) {
    status.textContent = error.message;
  }
}

export function startClock() {
  byId("plus-hour").onclick = () => move({ by: 3600 });
  byId("plus-day").onclick = () => move({ by: 86400 });
  byId("to-next-briefing").onclick = () => move({ to_next_briefing: true });
  byId("to-real-time").onclick = () => move({});
  byId("clock-form").onsubmit = (event) => {
    event.preventDefault();
    move({ to: new Date(byId("clock-input").value).toISOString() });
  };
  byId("clock-panel").addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    const now = sandboxNow();
    byId("clock-status").textContent = "";
    byId("clock-input").value = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}T${pad(now.getHours())}:${pad(now.getMinutes())}`;
  });
  setInterval(showClock, 1000);
}
