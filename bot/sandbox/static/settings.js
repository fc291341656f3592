// What may be changed about a chat, and the bar that stands in for the input where one cannot write.

import { act } from "./deeds.js";
import { byId, element } from "./dom.js";
import { isAbsent, isInCharge, model, roleIn } from "./model.js";

const ROLES = [
  ["creator", "Owner"],
  ["administrator", "Administrator"],
  ["anonymous", "Anonymous admin"],
  ["member", "Member"],
  ["left", "Not here"],
];

export function showSettings(chat, topicId) {
  const panel = byId("chat-menu");
  const focused = panel.contains(document.activeElement) && document.activeElement.id;
  panel.replaceChildren(...settings(chat, topicId));
  if (focused) byId(focused)?.focus();
}

function settings(chat, topicId) {
  const bot = (role, label) => action(label, () => act("bot_role", { chat_id: chat.id, role }));
  const heading = element("h2", {}, chat.title);
  if (chat.kind === "private") {
    return [heading, chat.bot_role === "kicked" ? bot("member", "Unblock the bot") : bot("kicked", "Block the bot")];
  }
  const items = [heading, members(chat)];
  if (chat.kind === "channel") {
    items.push(isAbsent(chat.bot_role) ? bot("administrator", "Add the bot as administrator") : bot("kicked", "Remove the bot"));
    if (!isAbsent(chat.bot_role)) items.push(isInCharge(chat.bot_role) ? bot("member", "Take the bot’s rights") : bot("administrator", "Make the bot an administrator"));
    return items;
  }
  if (isAbsent(chat.bot_role)) items.push(bot("member", "Add the bot"));
  else {
    items.push(isInCharge(chat.bot_role) ? bot("member", "Make the bot an ordinary member") : bot("administrator", "Make the bot an administrator"));
    items.push(bot("kicked", "Remove the bot"));
  }
  const label = chat.members_may_write ? "Let only administrators write" : "Let members write";
  items.push(action(label, () => act("members_may_write", { chat_id: chat.id, they_may: !chat.members_may_write })));
  if (chat.topics) items.push(...topicItems(chat, topicId));
  if (chat.kind === "group" && !chat.moved_to) {
    items.push(action("Upgrade to a supergroup", () => act("upgrade", { chat_id: chat.id })));
  }
  return items;
}

function topicItems(chat, topicId) {
  const topic = chat.topics.find(({ id }) => id === topicId) ?? { id: null, name: "General", is_closed: chat.is_general_closed };
  const label = `${topic.is_closed ? "Reopen" : "Close"} the topic “${topic.name}”`;
  const items = [action(label, () => act("topic", { chat_id: chat.id, topic_id: topic.id, is_closed: !topic.is_closed }))];
  if (topic.id) items.push(action(`Delete the topic “${topic.name}”`, () => act("delete_topic", { chat_id: chat.id, topic_id: topic.id })));
  return items;
}

function action(label, run) {
  const close = async () => {
    byId("chat-menu").hidePopover();
    await run();
  };
  return element("button", { type: "button", class: "menu-item", onclick: close }, label);
}

export function standing(chat, personId) {
  const role = roleIn(chat, personId);
  if (isAbsent(role)) return "left";
  return role === "administrator" && chat.anonymous.includes(personId) ? "anonymous" : role;
}

export const standingLabel = (chat, personId) => ROLES.find(([value]) => value === standing(chat, personId))[1];

function members(chat) {
  const offered = ROLES.filter(([value]) => value !== "anonymous" || chat.kind === "supergroup");
  return element("div", { class: "members", role: "group", "aria-label": "Members" }, ...model.people.map((person) => memberRow(chat, person, offered)));
}

function memberRow(chat, person, offered) {
  const now = standing(chat, person.id);
  const options = offered.map(([value, label]) => element("option", { value, selected: value === now }, label));
  const id = `member-${person.id}`;
  const onchange = (event) => assign(chat, person, event.target.value);
  return element("label", { class: "member", for: id }, element("span", {}, person.first_name), element("select", { id, onchange }, ...options));
}

async function assign(chat, person, value) {
  const isAnonymous = value === "anonymous";
  if (chat.kind === "supergroup" && chat.anonymous.includes(person.id) !== isAnonymous) {
    await act("anonymous", { chat_id: chat.id, user_id: person.id, is_anonymous: isAnonymous });
  }
  await act("role", { chat_id: chat.id, user_id: person.id, role: isAnonymous ? "administrator" : value });
}

// The content of the bar below the messages, or null where one can write.
export function barFor(chat, topicId, send) {
  const button = (label, run) => element("button", { type: "button", class: "wide primary", onclick: run }, label);
  const note = (words) => element("p", {}, words);
  const role = roleIn(chat);
  if (model.people.find(({ id }) => id === model.me)?.is_deactivated) return [note("This account is deleted.")];
  if (chat.moved_to) return [button("Open the supergroup", () => (location.hash = `#${chat.moved_to}`))];
  if (chat.kind === "private" && !chat.is_started) return [button("Start", () => send("/start", null))];
  if (chat.kind === "private" && chat.bot_role === "kicked") {
    return [button("Unblock the bot", () => act("bot_role", { chat_id: chat.id, role: "member" }))];
  }
  if (chat.kind !== "private" && isAbsent(role)) return [button("Join", () => act("own_role", { chat_id: chat.id, role: "member" }))];
  if (isInCharge(role) || chat.kind === "private") return null;
  if (chat.kind === "channel") return [note("Only administrators post in a channel.")];
  if (!chat.members_may_write) return [note("Only administrators write in this group.")];
  const topic = chat.topics?.find(({ id }) => id === topicId);
  if (topic ? topic.is_closed : chat.is_general_closed) return [note("The topic is closed.")];
  return null;
}

export function subtitle(chat) {
  if (chat.moved_to) return "upgraded to a supergroup";
  if (chat.kind === "private") return chat.bot_role === "kicked" ? "bot · blocked" : "bot";
  const away = isAbsent(chat.bot_role) ? " · the bot is not here" : isInCharge(chat.bot_role) ? " · the bot is an administrator" : "";
  const kind = chat.kind === "channel" ? "channel" : chat.topics ? "forum" : "group";
  return `${kind} · ${chat.members} members${away}`;
}
