// The messages of the open chat, or of its open topic.

import { forward, openLink, press, sendText } from "./deeds.js";
import { byId, element, icon } from "./dom.js";
import { avatar } from "./chats.js";
import { setReply, writeInline } from "./composer.js";
import { bubble, dayLabel, dayOf, followsUp } from "./message.js";
import { SHOWN_AT_ONCE, isMine, messagesOf, model, open } from "./model.js";
import { toast } from "./notices.js";
import { enlarge } from "./picture.js";

const CLOSE_TO_BOTTOM = 120; // pixels
const wantsCalm = matchMedia("(prefers-reduced-motion: reduce)");
const log = () => byId("log");

const actions = {
  command: (text) => sendText(text, null),
  link: openLink,
  press,
  reply: setReply,
  forward,
  inline: writeInline,
  jump,
  enlarge,
  copy: async (text) => {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  },
};

export function jump(messageId) {
  const target = log().querySelector(`[data-message-id="${messageId}"]`);
  target?.scrollIntoView({ block: "center", behavior: wantsCalm.matches ? "auto" : "smooth" });
  target?.classList.add("is-pointed-at");
  setTimeout(() => target?.classList.remove("is-pointed-at"), 1500);
}

export function showLog() {
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

const EMPTY = {
  private: "A private chat with the bot. Press Start, as in Telegram, and it says hello.",
  group: "In a group the bot hears commands, replies to it and its name, @{name}. Type / to see what it can do.",
  channel: "A channel the bot may post to. What you write here, you write as the channel.",
};

// In a private chat the bot's own words about itself, as in Telegram.
function emptyNote(chat) {
  const words = (chat.kind === "private" && model.description) || (EMPTY[chat.kind] ?? EMPTY.group).replace("{name}", model.bot.username);
  return element("div", { class: "empty" }, avatar(chat), element("h2", {}, chat.title), element("p", {}, words));
}

export function append(message) {
  const chat = model.chats.get(open.chatId);
  const previous = messagesOf(chat.id, open.topicId).filter((other) => other.message_id < message.message_id).at(-1);
  const wasAtBottom = isAtBottom();
  const isReadFromTop = isMine(message) || (wasAtBottom && !isQuestionInView());
  log().querySelector(".empty")?.remove();
  const nodes = nodesFor(message, previous, chat);
  log().append(...nodes);
  if (isReadFromTop) open.anchor = nodes.at(-1);
  if (isReadFromTop || wasAtBottom) toBottom();
  else showToBottom();
}

export function replaceShown(message) {
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
const isQuestionInView = () => open.anchor?.isConnected && open.anchor.classList.contains("is-own") && open.anchor.offsetTop >= log().scrollTop;

// To the end, but never so far that the top of what is read next leaves the view: the question just asked, or what came after all was read.
export function toBottom() {
  const end = log().scrollHeight - log().clientHeight;
  const top = open.anchor?.isConnected ? open.anchor.offsetTop - 12 : Infinity;
  log().scrollTop = Math.min(end, top);
  showToBottom();
}

export function showToBottom() {
  byId("to-bottom").hidden = log().scrollHeight - log().scrollTop - log().clientHeight < CLOSE_TO_BOTTOM;
}

export function startLog() {
  byId("to-bottom").append(icon("down"));
  byId("to-bottom").onclick = () => {
    open.anchor = null;
    toBottom();
  };
  let wasAtBottom = true;
  log().addEventListener(
    "scroll",
    () => {
      wasAtBottom = isAtBottom();
      showToBottom();
    },
    { passive: true },
  );
  // A growing input line or an opening keyboard must not hide what was just read.
  new ResizeObserver(() => wasAtBottom && (log().scrollTop = log().scrollHeight)).observe(log());
}
