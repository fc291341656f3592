// What the person does, sent to the server, and how the bot's answer to a pressed button shows.

import { post } from "./dom.js";
import { model, open } from "./model.js";
import { alertWith, toast } from "./notices.js";

const ANSWER_WITHIN = 15000; // milliseconds a pressed button waits before it gives up
const waiting = new Map(); // pressed buttons by query id
const answered = new Set(); // answers that came before the press itself returned

export async function sendText(text, reply) {
  const body = { chat_id: open.chatId, text };
  if (open.topicId) body.topic_id = open.topicId;
  if (reply) body.reply_to = reply.message_id;
  await attempt(() => post("say", body));
}

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
  const pressed = await attempt(() => post("press", body));
  if (!pressed) return key.removeAttribute("aria-busy");
  if (answered.delete(pressed.query_id)) return key.removeAttribute("aria-busy");
  waiting.set(pressed.query_id, key);
  setTimeout(() => waiting.has(pressed.query_id) && settle(pressed.query_id), ANSWER_WITHIN);
}

function settle(queryId) {
  const key = waiting.get(queryId);
  if (key) key.removeAttribute("aria-busy");
  else answered.add(queryId);
  waiting.delete(queryId);
}

// Links to this bot act here, as Telegram's app would; returns whether this was one.
export function openLink(address) {
  const match = address.match(/^https?:\/\/t\.me\/(\w+)(?:\?start=([\w-]*))?$/i);
  if (!match || match[1].toLowerCase() !== model.bot.username.toLowerCase()) return false;
  location.hash = `#${model.person.id}`;
  if (match[2] !== undefined) attempt(() => post("say", { chat_id: model.person.id, text: `/start ${match[2]}`.trim() }));
  return true;
}

export function showAnswer({ query_id, text, is_alert, url }) {
  settle(query_id);
  if (url) openLink(url) || window.open(url, "_blank", "noopener");
  else if (text && is_alert) alertWith(text);
  else if (text) toast(text);
}
