// What the person does, sent to the server, and how the bot's answer to a pressed button shows.

import { post } from "./dom.js";
import { model, open } from "./model.js";
import { alertWith, toast } from "./notices.js";

const ANSWER_WITHIN = 15000; // milliseconds a pressed button waits before it gives up
const waiting = new Map(); // what to do with the answer, by query id
const early = new Map(); // answers that came before the press itself returned, and those to other pages

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
  const match = address.match(/^https?:\/\/t\.me\/(\w+)(?:\?start=([\w-]*))?$/i);
  if (!match || match[1].toLowerCase() !== model.bot.username.toLowerCase()) return false;
  location.hash = `#${model.person.id}`;
  if (match[2] !== undefined) attempt(() => post("say", { chat_id: model.person.id, text: `/start ${match[2]}`.trim() }));
  return true;
}
