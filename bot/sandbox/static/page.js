// The chat page: live changes in, chats and messages shown, what the person does sent back.

import { showClock, startClock } from "./clock.js";
import { composeIn, setReply, startComposer } from "./composer.js";
import { byId, element, icon, post, tint } from "./dom.js";
import { botIsTyping, bubble, dayLabel, dayOf, followsUp, initials, lastLine, timeOf } from "./message.js";
import { markSeen, messagesOf, model, takeChat, takeClock, takeMessage, takePage, unread } from "./model.js";
import { barFor, showSettings, subtitle } from "./settings.js";

const TYPING_SHOWS = 5000; // milliseconds, as Telegram
const ANSWER_WITHIN = 15000; // milliseconds a pressed button waits before it gives up
const SHOWN_AT_ONCE = 300; // messages; older ones on request
const CLOSE_TO_BOTTOM = 120; // pixels

const open = { chatId: null, topicId: undefined, shown: SHOWN_AT_ONCE, anchor: null };
const waiting = new Map(); // pressed buttons by query id
const isPhone = matchMedia("(max-width: 760px)");
const log = () => byId("log");

// --- hearing from the server

function listen() {
  const source = new EventSource("/sandbox/events");
  const on = (kind, take) => source.addEventListener(kind, (event) => take(JSON.parse(event.data)));
  source.onopen = () => (byId("connection").textContent = "");
  source.onerror = () => (byId("connection").textContent = "Not connected, trying again …");
  on("page", (page) => {
    takePage(page);
    document.title = `${model.bot.first_name} · sandbox`;
    open.chatId = null;
    showClock();
    route();
  });
  on("chat", (chat) => {
    takeChat(chat);
    showList();
    if (chat.id === open.chatId) showFrame();
  });
  on("message", onMessage);
  on("deleted", ({ chat_id, message_id }) => {
    model.messages.get(chat_id)?.delete(message_id);
    showList();
    if (chat_id === open.chatId) showLog();
  });
  on("menus", (menus) => {
    model.menus = menus;
    if (open.chatId !== null) composeIn(open.chatId);
  });
  on("clock", (clock) => {
    takeClock(clock);
    showClock();
  });
  on("typing", ({ chat_id }) => {
    model.typing.set(chat_id, Date.now() + TYPING_SHOWS);
    showTyping();
    setTimeout(showTyping, TYPING_SHOWS + 50);
  });
  on("answer", onAnswer);
}

function onMessage(message) {
  const chatId = message.chat.id;
  const isNew = !model.messages.get(chatId)?.has(message.message_id);
  takeMessage(message);
  if (message.is_bots) model.typing.delete(chatId);
  if (chatId === open.chatId && isInTopic(message)) {
    if (isNew) append(message);
    else replaceShown(message);
    if (message.wants_reply && isNew) setReply(message);
    if (isRead()) markSeen(chatId);
  }
  showList();
  showTyping();
}

const isInTopic = (message) => open.topicId === undefined || (message.message_thread_id ?? null) === open.topicId;
const isRead = () => !document.hidden && (!isPhone.matches || byId("app").dataset.screen === "chat");

function onAnswer({ query_id, text, is_alert, url }) {
  settle(query_id);
  if (url) openLink(url) || window.open(url, "_blank", "noopener");
  else if (text && is_alert) alertWith(text);
  else if (text) toast(text);
}

// --- which chat is open

function route() {
  const wanted = Number(location.hash.slice(1));
  const chat = model.chats.get(wanted);
  if (chat) openChat(chat);
  else if (isPhone.matches) showScreen("list");
  else openChat(model.chats.get(model.person.id), true);
  showList();
}

function openChat(chat, isDefault = false) {
  showScreen(isDefault ? "list" : "chat");
  if (open.chatId !== chat.id) {
    open.chatId = chat.id;
    open.topicId = chat.topics ? null : undefined;
    open.shown = SHOWN_AT_ONCE;
    open.anchor = null;
    setTopicFromUnread(chat);
    showLog();
  }
  showFrame();
  if (!matchMedia("(pointer: coarse)").matches && !byId("composer").hidden) byId("input").focus();
}

// A forum opens at the topic of its newest message from the bot.
function setTopicFromUnread(chat) {
  if (!chat.topics) return;
  const newest = messagesOf(chat.id).findLast((message) => message.is_bots);
  open.topicId = newest?.message_thread_id ?? null;
}

function showScreen(name) {
  byId("app").dataset.screen = name;
}

function showList() {
  const focused = document.activeElement?.closest("[data-chat-id]")?.dataset.chatId;
  const items = [...model.chats.values()].map(listItem);
  byId("chat-list").replaceChildren(...items);
  if (focused) byId("chat-list").querySelector(`[data-chat-id="${focused}"]`)?.focus();
  const total = [...model.chats.keys()].reduce((sum, chatId) => sum + unread(chatId), 0);
  document.title = `${total ? `(${total}) ` : ""}${model.bot.first_name} · sandbox`;
}

const KIND_ICONS = { group: "group", supergroup: "group", channel: "channel" };

function listItem(chat) {
  const newest = messagesOf(chat.id).findLast((message) => !message.forum_topic_created);
  const count = unread(chat.id);
  const kind = chat.topics ? "forum" : KIND_ICONS[chat.kind];
  const isTyping = botIsTyping(chat.id);
  return element(
    "li",
    {},
    element(
      "a",
      { class: "chat-item", href: `#${chat.id}`, "data-chat-id": chat.id, "aria-current": chat.id === open.chatId ? "true" : null },
      avatar(chat),
      element("span", { class: "chat-item-title" }, kind && icon(kind), element("span", {}, chat.title)),
      element("span", { class: "chat-item-time" }, newest ? timeOf(newest) : ""),
      element("span", { class: isTyping ? "chat-item-text is-typing" : "chat-item-text" }, isTyping ? "typing …" : lastLine(chat, newest)),
      count > 0 && element("span", { class: "badge", "aria-label": `${count} unread` }, count > 99 ? "99+" : String(count)),
    ),
  );
}

function avatar(chat) {
  return element("span", { class: `avatar ${tint(chat)}`, "aria-hidden": "true" }, initials(chat.title));
}

function showFrame() {
  const chat = model.chats.get(open.chatId);
  byId("chat-title").textContent = chat.title;
  byId("chat-avatar").className = `avatar ${tint(chat)}`;
  byId("chat-avatar").textContent = initials(chat.title);
  showTyping();
  showTopics(chat);
  showSettings(chat, open.topicId);
  const bar = barFor(chat, sendText);
  byId("composer").hidden = bar !== null;
  byId("composer-bar").hidden = bar === null;
  byId("composer-bar").replaceChildren(...(bar ?? []));
  byId("input").placeholder = chat.kind === "channel" ? "Post to the channel" : "Message";
  composeIn(chat.id);
  log().setAttribute("aria-label", `Messages in ${chat.title}`);
  if (isRead()) markSeen(chat.id);
}

function showTyping() {
  const chat = model.chats.get(open.chatId);
  if (!chat) return;
  const isTyping = botIsTyping(chat.id);
  const line = byId("chat-subtitle");
  line.classList.toggle("is-typing", isTyping);
  line.textContent = isTyping ? "typing …" : subtitle(chat);
}

function showTopics(chat) {
  byId("topics").hidden = !chat.topics;
  if (!chat.topics) return;
  const topics = [{ id: null, name: "General", is_closed: false }, ...chat.topics];
  const tab = (topic) => {
    const isOpen = topic.id === open.topicId;
    const choose = () => {
      open.topicId = topic.id;
      open.anchor = null;
      showLog();
      showFrame();
      byId("topics").querySelector("[aria-selected=true]").focus();
    };
    const properties = { type: "button", role: "tab", class: "topic", "aria-selected": String(isOpen), "aria-controls": "log", onclick: choose };
    return element("button", properties, topic.name, topic.is_closed && icon("lock"));
  };
  byId("topics").replaceChildren(...topics.map(tab));
}

// --- the messages

const actions = {
  command: (text) => sendText(text, null),
  link: openLink,
  press,
  reply: setReply,
  jump: (messageId) => {
    const target = log().querySelector(`[data-message-id="${messageId}"]`);
    target?.scrollIntoView({ block: "center", behavior: "smooth" });
    target?.classList.add("is-pointed-at");
    setTimeout(() => target?.classList.remove("is-pointed-at"), 1500);
  },
  copy: async (text) => {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  },
};

function showLog() {
  const chat = model.chats.get(open.chatId);
  const all = messagesOf(chat.id, open.topicId);
  const shown = all.slice(-open.shown);
  const nodes = [];
  shown.forEach((message, index) => nodes.push(...nodesFor(message, shown[index - 1], chat)));
  if (all.length > shown.length) nodes.unshift(earlier());
  if (!all.some((message) => !message.forum_topic_created)) nodes.push(emptyNote(chat));
  log().replaceChildren(...nodes);
  toBottom();
}

function nodesFor(message, previous, chat) {
  const shown = bubble(message, previous, chat, actions);
  if (previous && dayOf(previous) === dayOf(message)) return [shown];
  return [element("p", { class: "day" }, element("span", {}, dayLabel(message))), shown];
}

function earlier() {
  const more = () => {
    open.shown += SHOWN_AT_ONCE;
    const before = log().scrollHeight;
    showLog();
    log().scrollTop = log().scrollHeight - before;
  };
  return element("button", { type: "button", class: "earlier", onclick: more }, "Earlier messages");
}

function emptyNote(chat) {
  const words = {
    private: "A private chat with the bot. Press Start, as in Telegram, and it says hello.",
    group: "In a group the bot hears commands, replies to it and its name. Type / to see what it can do.",
    channel: "A channel the bot may post to. What you write here, you write as the channel.",
  };
  return element(
    "div",
    { class: "empty" },
    avatar(chat),
    element("h2", {}, chat.title),
    element("p", {}, words[chat.kind] ?? words.group),
  );
}

function append(message) {
  const chat = model.chats.get(open.chatId);
  const previous = messagesOf(chat.id, open.topicId).filter((other) => other.message_id < message.message_id).at(-1);
  const wasAtBottom = isAtBottom();
  log().querySelector(".empty")?.remove();
  const nodes = nodesFor(message, previous, chat);
  log().append(...nodes);
  if (message.is_own) open.anchor = nodes.at(-1);
  if (message.is_own || wasAtBottom) toBottom();
  else showToBottom();
}

function replaceShown(message) {
  const old = log().querySelector(`[data-message-id="${message.message_id}"]`);
  if (!old) return;
  const chat = model.chats.get(open.chatId);
  const previous = messagesOf(chat.id, open.topicId).filter((other) => other.message_id < message.message_id).at(-1);
  const wasAtBottom = isAtBottom();
  const label = document.activeElement?.closest(".key")?.textContent;
  const hadFocus = old.contains(document.activeElement);
  const fresh = bubble(message, followsUp(message, previous) ? previous : undefined, chat, actions);
  old.replaceWith(fresh);
  if (open.anchor === old) open.anchor = fresh;
  if (hadFocus) ([...fresh.querySelectorAll(".key")].find((key) => key.textContent === label) ?? fresh.querySelector(".key"))?.focus();
  if (wasAtBottom) toBottom();
}

const isAtBottom = () => log().scrollHeight - log().scrollTop - log().clientHeight < CLOSE_TO_BOTTOM;

// To the end, but never so far that the question just asked leaves the view: reading starts below it.
function toBottom() {
  const end = log().scrollHeight - log().clientHeight;
  const top = open.anchor?.isConnected ? open.anchor.offsetTop - 12 : Infinity;
  log().scrollTop = Math.min(end, top);
  showToBottom();
}

function showToBottom() {
  byId("to-bottom").hidden = log().scrollHeight - log().scrollTop - log().clientHeight < CLOSE_TO_BOTTOM;
}

// --- what the person does

async function sendText(text, reply) {
  const body = { chat_id: open.chatId, text };
  if (open.topicId) body.topic_id = open.topicId;
  if (reply) body.reply_to = reply.message_id;
  await attempt(() => post("say", body));
}

async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    toast(`Not done: ${error.message}`);
    return null;
  }
}

async function press(message, row, column, key) {
  key.setAttribute("aria-busy", "true");
  const body = { chat_id: message.chat.id, message_id: message.message_id, row, column };
  const pressed = await attempt(() => post("press", body));
  if (!pressed) return key.removeAttribute("aria-busy");
  if (answered.delete(pressed.query_id)) return key.removeAttribute("aria-busy");
  waiting.set(pressed.query_id, key);
  setTimeout(() => waiting.has(pressed.query_id) && settle(pressed.query_id), ANSWER_WITHIN);
}

const answered = new Set(); // answers that came before the press itself returned

function settle(queryId) {
  const key = waiting.get(queryId);
  if (key) key.removeAttribute("aria-busy");
  else answered.add(queryId);
  waiting.delete(queryId);
}

// Links to this bot act here, as Telegram's app would; returns whether this was one.
function openLink(address) {
  const match = address.match(/^https?:\/\/t\.me\/(\w+)(?:\?start=([\w-]*))?$/i);
  if (!match || match[1].toLowerCase() !== model.bot.username.toLowerCase()) return false;
  location.hash = `#${model.person.id}`;
  if (match[2] !== undefined) attempt(() => post("say", { chat_id: model.person.id, text: `/start ${match[2]}`.trim() }));
  return true;
}

function toast(text) {
  const shown = element("p", { class: "toast" }, text);
  byId("toasts").append(shown);
  setTimeout(() => shown.remove(), 4000 + text.length * 30);
}

function alertWith(text, buttons = [element("button", { class: "wide primary", value: "ok" }, "OK")]) {
  const dialog = byId("alert");
  byId("alert-text").textContent = text;
  byId("alert-buttons").replaceChildren(...buttons);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

async function startOver() {
  const chosen = await alertWith("Empty all chats and begin again? What the bot itself remembers stays.", [
    element("button", { class: "wide", value: "cancel" }, "Cancel"),
    element("button", { class: "wide primary", value: "ok" }, "Start over"),
  ]);
  if (chosen === "ok") await attempt(() => post("start_over", {}));
}

// --- light and dark

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";

function showTheme() {
  byId("theme").setAttribute("aria-pressed", String(isDark()));
  byId("theme").replaceChildren(icon(isDark() ? "sun" : "moon"));
}

function toggleTheme() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
  showTheme();
}

byId("theme").onclick = toggleTheme;
prefersDark.addEventListener("change", showTheme);
byId("start-over").append(icon("restart"));
byId("start-over").onclick = startOver;
byId("back").append(icon("back"));
byId("back").onclick = () => (location.hash = "");
byId("chat-menu-button").append(icon("more"));
byId("to-bottom").append(icon("down"));
byId("to-bottom").onclick = () => {
  open.anchor = null;
  toBottom();
};
log().addEventListener("scroll", showToBottom, { passive: true });
addEventListener("hashchange", route);
document.addEventListener("visibilitychange", () => {
  if (open.chatId !== null && isRead()) {
    markSeen(open.chatId);
    showList();
  }
});
isPhone.addEventListener("change", route);
showTheme();
startComposer(sendText);
startClock();
listen();
