// What a person may change about a chat, and the bar that stands in for the input where one cannot write.

import { byId, element, post } from "./dom.js";
import { model } from "./model.js";

const isAbsent = (role) => role === "left" || role === "kicked";
const isInCharge = (role) => role === "creator" || role === "administrator";

export function showSettings(chat, topicId) {
  const panel = byId("chat-menu");
  panel.replaceChildren(...settings(chat, topicId));
}

function settings(chat, topicId) {
  const bot = (role, label) => action(label, () => post("bot_role", { chat_id: chat.id, role }));
  const heading = element("h2", {}, chat.title);
  if (chat.kind === "private") {
    return [heading, chat.bot_role === "kicked" ? bot("member", "Unblock the bot") : bot("kicked", "Block the bot")];
  }
  const items = [heading, ownRole(chat)];
  if (chat.kind === "channel") {
    items.push(isAbsent(chat.bot_role) ? bot("administrator", "Add the bot as administrator") : bot("kicked", "Remove the bot"));
    return items;
  }
  if (isAbsent(chat.bot_role)) items.push(bot("member", "Add the bot"));
  else {
    items.push(isInCharge(chat.bot_role) ? bot("member", "Make the bot an ordinary member") : bot("administrator", "Make the bot an administrator"));
    items.push(bot("kicked", "Remove the bot"));
  }
  const topic = chat.topics?.find(({ id }) => id === topicId);
  if (topic) {
    const label = `${topic.is_closed ? "Reopen" : "Close"} the topic “${topic.name}”`;
    items.push(action(label, () => post("topic", { chat_id: chat.id, topic_id: topic.id, is_closed: !topic.is_closed })));
  }
  if (chat.kind === "group" && !chat.moved_to) {
    items.push(action("Upgrade to a supergroup", () => post("upgrade", { chat_id: chat.id })));
  }
  return items;
}

function action(label, act) {
  const run = async () => {
    byId("chat-menu").hidePopover();
    await act();
  };
  return element("button", { type: "button", class: "menu-item", onclick: run }, label);
}

function ownRole(chat) {
  const roles = [
    ["creator", "Owner"],
    ["administrator", "Administrator"],
    ["member", "Member"],
  ];
  const choose = (role) => () => post("own_role", { chat_id: chat.id, role });
  return element(
    "fieldset",
    { class: "roles" },
    element("legend", {}, "You are"),
    ...roles.map(([role, label]) =>
      element("label", {}, element("input", { type: "radio", name: "role", value: role, checked: chat.role === role, onchange: choose(role) }), label),
    ),
  );
}

// The content of the bar below the messages, or null where one can write.
export function barFor(chat, send) {
  const button = (label, act) => element("button", { type: "button", class: "wide primary", onclick: act }, label);
  if (chat.moved_to) return [button("Open the supergroup", () => (location.hash = `#${chat.moved_to}`))];
  if (chat.kind === "private" && !chat.is_started) return [button("Start", () => send("/start", null))];
  if (chat.kind === "private" && chat.bot_role === "kicked") {
    return [button("Unblock the bot", () => post("bot_role", { chat_id: chat.id, role: "member" }))];
  }
  if (chat.kind === "channel" && !isInCharge(chat.role)) return [element("p", {}, "Only administrators post in a channel.")];
  return null;
}

export function subtitle(chat) {
  if (chat.moved_to) return "upgraded to a supergroup";
  if (chat.kind === "private") return chat.bot_role === "kicked" ? "bot · blocked" : "bot";
  const away = isAbsent(chat.bot_role) ? " · the bot is not here" : "";
  if (chat.kind === "channel") return `channel · ${chat.members} members${away}`;
  return `${chat.topics ? "forum" : "group"} · ${chat.members} members, you and ${model.bot.first_name}${away}`;
}
