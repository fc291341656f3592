// What the person does, sent to the server, and how the bot's answer to a pressed button shows.

import { post } from "./dom.js";
import { isInCharge, model, open, roleIn } from "./model.js";
import { alertWith, chooseOne, toast } from "./notices.js";

const ANSWER_WITHIN = 15000; // milliseconds a pressed button waits before it gives up
const waiting = new Map(); // what to do with the answer, by query id
const early = new Map(); // answers that came before the press itself returned, and those to other pages

// Does something as the person one is; null if it could not be done, which is then shown.
export const act = (deed, body) => attempt(() => post(deed, { as: model.me, ...body }));

// Where one writes: the open chat and topic, and what is replied to.
export function here(reply) {
  const spot = { chat_id: open.chatId };
  if (open.topicId) spot.topic_id = open.topicId;
  if (reply) spot.reply_to = reply.message_id;
  return spot;
}

export const sendText = (text, reply) => act("say", { ...here(reply), text });

export async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    toast(`Not done: ${error.message}`);
    return null;
  }
}

export async function press(message, row, column, key) {
  key.setAttribute("aria-busy", "true");
  const body = { chat_id: message.chat.id, message_id: message.message_id, row, column };
  const pressed = await act("press", body);
  const answer = pressed && (early.get(pressed.query_id) ?? (await answerTo(pressed.query_id)));
  key.removeAttribute("aria-busy");
  if (answer) show(answer);
  else if (pressed) toast("The bot did not answer.");
}

function answerTo(queryId) {
  return new Promise((resolve) => {
    waiting.set(queryId, resolve);
    setTimeout(resolve, ANSWER_WITHIN);
  }).finally(() => waiting.delete(queryId));
}

export function takeAnswer(answer) {
  const resolve = waiting.get(answer.query_id);
  if (resolve) return resolve(answer);
  early.set(answer.query_id, answer);
  setTimeout(() => early.delete(answer.query_id), ANSWER_WITHIN);
}

function show({ text, is_alert, url }) {
  if (url) openLink(url) || window.open(url, "_blank", "noopener");
  else if (text && is_alert) alertWith(text);
  else if (text) toast(text);
}

// Links to this bot act here, as Telegram's app would; returns whether this was one.
export function openLink(address) {
  const match = address.match(/^(?:https?:\/\/)?t\.me\/(\w+)(?:\?(start|startgroup|startchannel)(?:=([\w-]*))?(?:&admin=[\w+]*)?)?$/i);
  if (!match || match[1].toLowerCase() !== model.bot.username.toLowerCase()) return false;
  const [, , kind, payload = ""] = match;
  if (kind === "startgroup") addTo(payload, ["group", "supergroup"], address.includes("&admin="));
  else if (kind === "startchannel") addTo(payload, ["channel"], true);
  else {
    location.hash = `#${model.me}`;
    if (kind) act("say", { chat_id: model.me, text: `/start ${payload}`.trim() });
  }
  return true;
}

async function addTo(payload, kinds, asAdministrator) {
  const chats = [...model.chats.values()].filter((chat) => kinds.includes(chat.kind) && !chat.moved_to && isInCharge(roleIn(chat)));
  if (!chats.length) return toast("You administer no chat to which the bot could be added.");
  const chosen = await chooseOne(`Add ${model.bot.first_name} to`, chats.map((chat) => ({ label: chat.title, value: chat.id })));
  if (chosen === null) return;
  location.hash = `#${chosen}`;
  await act("group_link", { chat_id: Number(chosen), payload, as_administrator: asAdministrator });
}

export async function forward(message) {
  const chats = [...model.chats.values()].filter((chat) => (chat.kind === "private" ? chat.id === model.me : !chat.moved_to && chat.id !== message.chat.id));
  const chosen = await chooseOne("Forward to", chats.map((chat) => ({ label: chat.title, value: chat.id })));
  if (chosen === null) return;
  const done = await act("forward", { chat_id: message.chat.id, message_id: message.message_id, to: Number(chosen) });
  if (done) location.hash = `#${chosen}`;
}
