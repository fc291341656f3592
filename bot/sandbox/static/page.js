// The chat page: hears of every change from the server and shows it.

import { startAppearance } from "./appearance.js";
import { isPhone, isRead, route, showFrame, showList, showTyping } from "./chats.js";
import { showClock, startClock } from "./clock.js";
import { composeIn, setReply, startComposer } from "./composer.js";
import { attempt, sendText, takeAnswer } from "./deeds.js";
import { byId, element, icon, post } from "./dom.js";
import { append, replaceShown, showLog, startLog } from "./log.js";
import { markSeen, model, open, takeChat, takeClock, takeMessage, takePage } from "./model.js";
import { alertWith } from "./notices.js";

const TYPING_SHOWS = 5000; // milliseconds, as Telegram

function listen() {
  const source = new EventSource("/sandbox/events");
  const on = (kind, take) => source.addEventListener(kind, (event) => take(JSON.parse(event.data)));
  source.onopen = () => (byId("connection").textContent = "");
  source.onerror = () => (byId("connection").textContent = "Not connected, trying again …");
  on("page", onPage);
  on("chat", onChat);
  on("message", onMessage);
  on("deleted", onDeleted);
  on("menus", (menus) => {
    model.menus = menus;
    if (open.chatId !== null) composeIn(open.chatId);
  });
  on("description", ({ description }) => {
    model.description = description;
    if (open.chatId !== null && document.querySelector(".empty")) showLog();
  });
  on("clock", (clock) => {
    takeClock(clock);
    showClock();
  });
  on("typing", ({ chat_id }) => {
    model.typing.set(chat_id, Date.now() + TYPING_SHOWS);
    showPresence();
    setTimeout(showPresence, TYPING_SHOWS + 50);
  });
  on("answer", takeAnswer);
}

function onPage(page) {
  takePage(page);
  open.chatId = null;
  showClock();
  route();
}

function onChat(chat) {
  takeChat(chat);
  showList();
  if (chat.id === open.chatId) showFrame();
}

function onMessage(message) {
  const chatId = message.chat.id;
  const isNew = !model.messages.get(chatId)?.has(message.message_id);
  takeMessage(message);
  if (message.is_bots) model.typing.delete(chatId);
  const isShown = chatId === open.chatId && (open.topicId === undefined || (message.message_thread_id ?? null) === open.topicId);
  if (isShown) {
    if (isNew) append(message);
    else replaceShown(message);
    if (message.wants_reply && isNew) setReply(message);
    if (isRead()) markSeen(chatId);
  }
  showPresence();
}

function onDeleted({ chat_id, message_id }) {
  model.messages.get(chat_id)?.delete(message_id);
  showList();
  if (chat_id === open.chatId) showLog();
}

function showPresence() {
  showList();
  showTyping();
}

async function startOver() {
  const chosen = await alertWith("Empty all chats and begin again? What the bot itself remembers stays.", [
    element("button", { class: "wide", value: "cancel" }, "Cancel"),
    element("button", { class: "wide primary", value: "ok" }, "Start over"),
  ]);
  if (chosen === "ok") await attempt(() => post("start_over", {}));
}

byId("start-over").append(icon("restart"));
byId("start-over").onclick = startOver;
byId("back").append(icon("back"));
byId("back").onclick = () => (location.hash = "");
byId("chat-menu-button").append(icon("more"));
addEventListener("hashchange", route);
isPhone.addEventListener("change", route);
document.addEventListener("visibilitychange", () => {
  if (open.chatId === null || !isRead()) return;
  markSeen(open.chatId);
  showList();
});
startAppearance();
startLog();
startComposer(sendText);
startClock();
listen();
