// The drawer: flood limits, failures to come, the network's delay, and accounts.

import { act, attempt } from "./deeds.js";
import { byId, element, icon, post } from "./dom.js";
import { model, open } from "./model.js";

const SECONDS = "seconds";
const FAILURES = [
  { label: "429 Too Many Requests, wait …", seconds: 5, fault: (seconds) => ({ status: 429, retry_after: Math.ceil(seconds) }) },
  { label: "Answers late, by …", seconds: 5, fault: (seconds) => ({ delay: seconds }) },
  { label: "Connection cut, nothing delivered", fault: () => ({ cuts: true }) },
  { label: "Connection cut after delivery", fault: () => ({ cuts: true, is_done_first: true }) },
  { label: "500 Internal Server Error", fault: () => ({ status: 500 }) },
  { label: "502 Bad Gateway", fault: () => ({ status: 502 }) },
  { label: "504 Gateway Timeout after delivery", fault: () => ({ status: 504, is_done_first: true }) },
  { label: "403 Bot was blocked by the user", fault: () => ({ status: 403, description: "Forbidden: bot was blocked by the user" }) },
];

const chosenFailure = () => FAILURES[Number(byId("fault-kind").value)];

export function startWorld() {
  byId("world").append(icon("settings"));
  byId("world-close").append(icon("close"));
  byId("fault-kind").append(...FAILURES.map(({ label }, index) => element("option", { value: index }, label)));
  byId("fault-kind").onchange = showSeconds;
  byId("mode-form").onchange = setMode;
  byId("mode-form").onsubmit = (event) => event.preventDefault();
  byId("fault-form").onsubmit = addFault;
  byId("faults-clear").onclick = () => attempt(() => post("faults", {}));
  byId("latency-form").onchange = () => attempt(() => post("latency", { seconds: Number(byId("latency").value || 0) / 1000 }));
  byId("latency-form").onsubmit = (event) => event.preventDefault();
  byId("account-form").onsubmit = addAccount;
  showSeconds();
}

function showSeconds() {
  const { [SECONDS]: seconds } = chosenFailure();
  byId("fault-seconds-field").hidden = seconds === undefined;
  if (seconds !== undefined) byId("fault-seconds").value = seconds;
}

export function showWorld() {
  const { mode, per_second } = model.mode;
  byId("mode-form").elements.mode.value = mode;
  byId("mode-rate").value = per_second ?? "";
  byId("mode-rate").closest(".field").hidden = mode !== "fast";
  byId("latency").value = Math.round(model.latency * 1000);
  showFaults();
  byId("accounts").replaceChildren(...model.people.map(account));
}

export function showFaults() {
  const { waiting } = model.faults;
  byId("fault-status").textContent = waiting ? `${waiting} request${waiting === 1 ? "" : "s"} will fail.` : "";
  byId("faults-clear").hidden = !waiting;
  byId("world").classList.toggle("is-troubled", waiting > 0);
}

function account(person) {
  const label = person.is_deactivated ? "Restore" : "Delete";
  const run = () => attempt(() => post("deactivate", { user_id: person.id, is_deactivated: !person.is_deactivated }));
  return element(
    "div",
    { class: "account" },
    element("span", {}, person.first_name, person.is_deactivated && element("small", {}, "account deleted")),
    element("button", { type: "button", class: "wide narrow", "aria-label": `${label} the account of ${person.first_name}`, onclick: run }, label),
  );
}

async function setMode() {
  const mode = byId("mode-form").elements.mode.value;
  const rate = Number(byId("mode-rate").value);
  await attempt(() => post("mode", mode === "fast" && rate > 0 ? { mode, per_second: rate } : { mode }));
}

async function addFault(event) {
  event.preventDefault();
  const fault = chosenFailure().fault(Number(byId("fault-seconds").value));
  fault.times = Number(byId("fault-times").value);
  if (byId("fault-here").checked) fault.chat_id = open.chatId;
  await attempt(() => post("faults", fault));
}

async function addAccount(event) {
  event.preventDefault();
  if (await act("person", { first_name: byId("account-name").value })) byId("account-name").value = "";
}
