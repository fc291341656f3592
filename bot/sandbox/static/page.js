// The chat page: hears of every change from the server and shows it.

import { startAppearance } from "./appearance.js";
import { startAttaching } from "./attach.js";
import { isPhone, isRead, newTopic, route, showFrame, showList, showTyping } from "./chats.js";
import { showClock, startClock } from "./clock.js";
import { composeIn, setReply, showKeys, startComposer } from "./composer.js";
import { attempt, sendText, takeAnswer } from "./deeds.js";
import { showEntry, startDesk, takeArrival } from "./desk.js";
import { byId, icon, post } from "./dom.js";
import { takeOffer } from "./inline.js";
import { append, replaceShown, showLog, startLog } from "./log.js";
import { markSeen, model, open, takeChat, takeClock, takeMessage, takePage, takePeople } from "./model.js";
import { alertWith, cancelOr } from "./notices.js";
import { startNote } from "./note.js";
import { showPeople, startPeople } from "./people.js";
import { offerTour, restartTour, startTour, tourSees } from "./tour.js";
import { showFaults, showWorld, startWorld } from "./world.js";

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
    tourSees("clock", clock);
  });
  on("typing", ({ chat_id }) => {
    model.typing.set(chat_id, Date.now() + TYPING_SHOWS);
    showPresence();
    setTimeout(showPresence, TYPING_SHOWS + 50);
  });
  on("answer", takeAnswer);
  on("inline_answer", takeOffer);
  on("people", ({ people }) => {
    takePeople(people);
    showPeople();
    showWorld();
    if (open.chatId !== null) showFrame();
  });
  on("mode", (mode) => {
    model.mode = mode;
    showWorld();
  });
  on("latency", ({ seconds }) => {
    model.latency = seconds;
    showWorld();
  });
  on("faults", (faults) => {
    model.faults = faults;
    showFaults();
  });
}

function onPage(page) {
  takePage(page);
  open.chatId = null;
  showClock();
  showWorld();
  showEntry();
  route();
  showPeople();
  offerTour();
}

// Another person sees another private chat, other roles and other messages as one's own.
function onOtherPerson() {
  open.chatId = null;
  route();
  showPeople();
}

function onChat(chat) {
  takeChat(chat);
  showList();
  if (chat.id === open.chatId) showFrame();
  showPeople();
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
    if (message.keyboard) showKeys();
    if (isRead()) markSeen(chatId);
  }
  showPresence();
  if (!isNew) return;
  takeArrival(message);
  tourSees("message", message);
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

async function reset() {
  byId("world-panel").hidePopover();
  const forgets = model.hasDesk ? "The bot forgets every chat and what was published here." : "What the bot itself remembers stays.";
  const chosen = await alertWith(`Back to the first state: empty chats, in real time? ${forgets}`, cancelOr("Reset"));
  if (chosen !== "ok") return;
  restartTour();
  await attempt(() => post("reset", {}));
}

byId("start-over-icon").append(icon("restart"));
byId("open-topic").append(icon("plus"));
byId("open-topic").onclick = newTopic;
byId("start-over").onclick = reset;
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
startPeople(onOtherPerson);
startWorld();
startDesk();
startNote();
startTour();
startAttaching();
startLog();
startComposer(sendText);
startClock();
listen();
