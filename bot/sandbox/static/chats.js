// The list of chats, and the frame around the open one: header, topics, settings, input.

import { composeIn } from "./composer.js";
import { act, sendText } from "./deeds.js";
import { ADDRESS, isDeskOpen, showDesk } from "./desk.js";
import { byId, element, icon, tint } from "./dom.js";
import { jump, showLog } from "./log.js";
import { botIsTyping, initials, lastLine, timeOf } from "./message.js";
import { SHOWN_AT_ONCE, isInCharge, markSeen, messagesOf, model, open, plainPreview, roleIn, unread, visibleChats } from "./model.js";
import { askFor } from "./notices.js";
import { barFor, showSettings, subtitle } from "./settings.js";

const KIND_ICONS = { group: "group", supergroup: "group", channel: "channel" };
export const isPhone = matchMedia("(max-width: 760px)");

// Whether the person has the open chat before the eyes.
export const isRead = () => !document.hidden && !isDeskOpen() && (!isPhone.matches || byId("app").dataset.screen === "chat");

// The address names the chat, so that the browser's Back leads from a chat to the list on a phone.
export function route() {
  if (model.hasDesk && location.hash === ADDRESS) return routeToDesk();
  const named = model.chats.get(Number(location.hash.slice(1)));
  const chat = named?.kind === "private" ? model.chats.get(model.me) : named;
  showScreen(chat ? "chat" : "list");
  if (chat) openChat(chat);
  else if (!isPhone.matches) openChat(model.chats.get(model.me));
  showList();
}

function routeToDesk() {
  const wasOpen = isDeskOpen();
  open.chatId = null;
  showScreen("desk");
  showList();
  if (!wasOpen) showDesk();
}

function showScreen(name) {
  byId("app").dataset.screen = name;
  byId("desk-entry").toggleAttribute("aria-current", name === "desk");
}

function openChat(chat) {
  if (open.chatId !== chat.id) {
    Object.assign(open, { chatId: chat.id, topicId: firstTopic(chat), shown: SHOWN_AT_ONCE, anchor: null });
    showLog();
  }
  showFrame();
  focusInput();
}

// A forum opens at the topic of the bot's newest message.
function firstTopic(chat) {
  if (!chat.topics) return undefined;
  return messagesOf(chat.id).findLast((message) => message.is_bots)?.message_thread_id ?? null;
}

export function showList() {
  const focused = document.activeElement?.closest("[data-chat-id]")?.dataset.chatId;
  byId("chat-list").replaceChildren(...visibleChats().map(listItem));
  if (focused) byId("chat-list").querySelector(`[data-chat-id="${focused}"]`)?.focus();
  const total = visibleChats().reduce((sum, chat) => sum + unread(chat.id), 0);
  document.title = `${total ? `(${total}) ` : ""}${model.bot.first_name} · sandbox`;
}

function listItem(chat) {
  const newest = messagesOf(chat.id).findLast((message) => !message.forum_topic_created);
  const count = unread(chat.id);
  const kind = chat.topics ? "forum" : KIND_ICONS[chat.kind];
  const isTyping = botIsTyping(chat.id);
  const properties = { class: "chat-item", href: `#${chat.id}`, "data-chat-id": chat.id, "aria-current": chat.id === open.chatId ? "true" : null };
  const parts = [
    avatar(chat),
    element("span", { class: "chat-item-title" }, kind && icon(kind), element("span", {}, chat.title)),
    element("span", { class: "chat-item-time" }, newest ? timeOf(newest) : ""),
    element("span", { class: isTyping ? "chat-item-text is-typing" : "chat-item-text" }, isTyping ? "typing …" : lastLine(chat, newest)),
    count > 0 && element("span", { class: "badge", "aria-label": `${count} unread` }, count > 99 ? "99+" : String(count)),
  ];
  return element("li", {}, element("a", properties, ...parts));
}

export function avatar(chat) {
  return element("span", { class: `avatar ${tint(chat)}`, "aria-hidden": "true" }, initials(chat.title));
}

export function showFrame() {
  const chat = model.chats.get(open.chatId);
  byId("chat-title").textContent = chat.title;
  byId("chat-avatar").className = `avatar ${tint(chat)}`;
  byId("chat-avatar").textContent = initials(chat.title);
  showTyping();
  showTopics(chat);
  showPinned(chat);
  showSettings(chat, open.topicId);
  showComposer(chat);
  byId("log").setAttribute("aria-label", `Messages in ${chat.title}`);
  if (isRead()) markSeen(chat.id);
}

function showComposer(chat) {
  const bar = barFor(chat, open.topicId, sendText);
  const appears = bar === null && byId("composer").hidden;
  byId("composer").hidden = bar !== null;
  byId("composer-bar").hidden = bar === null;
  byId("composer-bar").replaceChildren(...(bar ?? []));
  byId("input").placeholder = chat.kind === "channel" ? "Post to the channel" : "Message";
  composeIn(chat.id);
  if (appears) focusInput();
}

// Not on a touch screen, where it would open the keyboard.
function focusInput() {
  if (!matchMedia("(pointer: coarse)").matches && !byId("composer").hidden) byId("input").focus();
}

export function showTyping() {
  const chat = model.chats.get(open.chatId);
  if (!chat) return;
  const isTyping = botIsTyping(chat.id);
  const line = byId("chat-subtitle");
  line.classList.toggle("is-typing", isTyping);
  line.textContent = isTyping ? "typing …" : subtitle(chat);
}

function showTopics(chat) {
  byId("topics-frame").hidden = !chat.topics;
  if (!chat.topics) return;
  byId("open-topic").hidden = !isInCharge(roleIn(chat));
  const topics = [{ id: null, name: "General", is_closed: chat.is_general_closed }, ...chat.topics];
  const expected = topics.find(({ id }) => id === open.expectedTopicId);
  if (expected) {
    open.expectedTopicId = undefined;
    return openTopic(expected.id);
  }
  if (!topics.some(({ id }) => id === open.topicId)) return openTopic(null);
  byId("topics").replaceChildren(...topics.map(topicTab));
}

function showPinned(chat) {
  const pinned = model.messages.get(chat.id)?.get(chat.pinned.at(-1));
  const line = byId("pinned");
  line.hidden = !pinned || (open.topicId !== undefined && (pinned.message_thread_id ?? null) !== open.topicId);
  if (line.hidden) return;
  line.replaceChildren(icon("pin"), element("span", {}, plainPreview(pinned)));
  line.setAttribute("aria-label", `Pinned: ${plainPreview(pinned)}`);
  line.onclick = () => jump(pinned.message_id);
}

export async function newTopic() {
  const name = await askFor("A new topic", "Name of the topic", "Open it");
  const opened = name && (await act("open_topic", { chat_id: open.chatId, name }));
  if (!opened) return;
  open.expectedTopicId = opened.topic_id;
  showFrame();
}

function topicTab(topic) {
  const isOpen = topic.id === open.topicId;
  const properties = {
    type: "button",
    role: "tab",
    class: "topic",
    tabindex: isOpen ? "0" : "-1",
    "aria-selected": String(isOpen),
    "aria-controls": "log",
    onclick: () => openTopic(topic.id),
    onkeydown: walkTopics,
  };
  return element("button", properties, topic.name, topic.is_closed && icon("lock"));
}

function openTopic(topicId) {
  Object.assign(open, { topicId, anchor: null });
  showLog();
  showFrame();
  byId("topics").querySelector("[aria-selected=true]")?.focus();
}

function walkTopics(event) {
  const step = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[event.key];
  if (step) event.currentTarget[step]?.click();
}
