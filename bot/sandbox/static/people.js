// Who one is: shown in the strip, changed in its panel.

import { byId, element } from "./dom.js";
import { initials } from "./message.js";
import { become, me, model, open } from "./model.js";
import { standingLabel } from "./settings.js";

let onChange = null;

export function startPeople(afterChange) {
  onChange = afterChange;
}

export function showPeople() {
  const person = me();
  byId("person-name").textContent = person.first_name;
  byId("person-avatar").textContent = initials(person.first_name);
  byId("person-avatar").className = `avatar ${tintOf(person)}`;
  byId("person").setAttribute("aria-label", `You are ${person.first_name}. Change who you are`);
  const panel = byId("person-panel");
  const note = element("p", { class: "panel-note" }, "Each has a chat with the bot and a part in the groups and the channel.");
  panel.replaceChildren(element("h2", {}, "You are"), element("div", { role: "radiogroup", "aria-label": "You are" }, ...model.people.map(choice)), note);
}

const tintOf = (person) => `tint-${person.id % 6}`;

// What a person is where it matters: in the open group or channel, else in the first supergroup.
function choice(person) {
  const opened = model.chats.get(open.chatId);
  const chat = opened && opened.kind !== "private" ? opened : [...model.chats.values()].find(({ kind }) => kind === "supergroup");
  const detail = person.is_deactivated ? "account deleted" : `${standingLabel(chat, person.id)}, ${chat.title}`;
  const choose = () => {
    become(person.id);
    byId("person-panel").hidePopover();
    onChange();
  };
  const input = element("input", { type: "radio", name: "me", class: "visually-hidden", checked: person.id === model.me, onclick: choose, "aria-label": person.first_name });
  return element(
    "label",
    { class: "person-choice" },
    input,
    element("span", { class: `avatar ${tintOf(person)}`, "aria-hidden": "true" }, initials(person.first_name)),
    element("span", { class: "person-words" }, person.first_name, element("small", {}, detail)),
  );
}
