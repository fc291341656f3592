// One message as a bubble: who, what it replies to, text, picture or file, time and marks, buttons.

import { LOCALE, element, icon } from "./dom.js";
import { isMine, model, plainPreview, serviceText } from "./model.js";
import { formatted } from "./text.js";

const TIME = { hour: "2-digit", minute: "2-digit" };
const TOGETHER = 5 * 60; // seconds within which messages of one sender stand together

export function dayOf(message) {
  return new Date(message.date * 1000).toDateString();
}

export function dayLabel(message) {
  const options = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  return new Date(message.date * 1000).toLocaleDateString(LOCALE, options);
}

export function timeOf(message) {
  return new Date(message.date * 1000).toLocaleTimeString(LOCALE, TIME);
}

export function sizeLabel(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

const senderName = (message) => message.sender_chat?.title ?? message.from?.first_name ?? "";
const senderId = (message) => message.sender_chat?.id ?? message.from?.id;

export function followsUp(message, previous) {
  return Boolean(
    previous &&
      !serviceText(previous) &&
      senderId(previous) === senderId(message) &&
      message.date - previous.date < TOGETHER &&
      dayOf(previous) === dayOf(message),
  );
}

// `actions`: command, link, press(message, row, column, button element), reply(message), forward(message),
// jump(message id), enlarge(picture element), inline(words, whether the chat is chosen first).
export function bubble(message, previous, chat, actions) {
  const service = serviceText(message);
  if (service) {
    return element("p", { class: "service", "data-message-id": message.message_id }, service);
  }
  const isOwn = isMine(message) && chat.kind !== "channel";
  const follows = followsUp(message, previous);
  const classes = ["message", isOwn ? "is-own" : "is-other", follows && "follows"].filter(Boolean).join(" ");
  const showsName = !isOwn && !follows && chat.kind !== "private";
  return element(
    "article",
    { class: classes, "data-message-id": message.message_id, "aria-label": `${isOwn ? "You" : senderName(message)}, ${timeOf(message)}` },
    element(
      "div",
      { class: "bubble-line" },
      element(
        "div",
        { class: message.photo ? "bubble has-photo" : "bubble" },
        showsName && element("p", { class: `sender tint-${Math.abs(senderId(message)) % 6}` }, senderName(message)),
        origin(message),
        replied(message, actions),
        attachment(message, actions),
        body(message, actions),
      ),
      besideButton(message, chat, actions),
    ),
    keyboard(message, actions),
  );
}

// In a channel posts are passed on, in a group they are replied to, as Telegram offers it.
function besideButton(message, chat, actions) {
  if (chat.kind === "private") return null;
  const [label, name, run] = chat.kind === "channel" ? ["Forward", "forward", actions.forward] : ["Reply", "reply", actions.reply];
  return element("button", { type: "button", class: "icon-button reply-button", "aria-label": label, onclick: () => run(message) }, icon(name));
}

function origin(message) {
  const from = message.forward_origin;
  const lines = [];
  if (from) lines.push(["Forwarded from ", from.chat?.title ?? from.sender_user.first_name]);
  if (message.via_bot) lines.push(["via ", `@${message.via_bot.username}`]);
  return lines.length ? element("p", { class: "origin" }, ...lines.map(([words, name]) => element("span", {}, words, element("strong", {}, name)))) : null;
}

function replied(message, actions) {
  const original = message.reply_to && message.reply_to_message;
  if (!original) return null;
  return element(
    "button",
    { type: "button", class: "replied", onclick: () => actions.jump(original.message_id) },
    element("span", { class: "replied-name" }, senderName(original)),
    element("span", { class: "replied-text" }, plainPreview(original)),
  );
}

function attachment(message, actions) {
  if (message.photo) {
    const photo = message.photo.at(-1);
    const alt = message.caption ? `Picture: ${message.caption}` : "Picture";
    const shown = element("img", { class: "photo", src: `/sandbox/files/${photo.file_id}`, width: photo.width, height: photo.height, alt });
    shown.style.setProperty("--width", `${photo.width}px`);
    shown.style.setProperty("--ratio", photo.width / photo.height);
    return element("button", { type: "button", class: "photo-button", title: "Enlarge", onclick: () => actions.enlarge(shown) }, shown);
  }
  if (message.document) {
    const file = message.document;
    return element(
      "a",
      { class: "document", href: `/sandbox/files/${file.file_id}`, download: file.file_name },
      element("span", { class: "document-icon" }, icon("file")),
      element("span", { class: "document-name" }, file.file_name),
      element("span", { class: "document-size" }, sizeLabel(file.file_size)),
    );
  }
  if (message.location) {
    const { latitude, longitude } = message.location;
    return element("p", { class: "location" }, element("span", { class: "document-icon" }, icon("place")), `${latitude.toFixed(3)}, ${longitude.toFixed(3)}`);
  }
  return null;
}

function body(message, actions) {
  const text = message.text ?? message.caption ?? "";
  return element("div", { class: "text" }, formatted(text, message.entities ?? message.caption_entities, actions), meta(message));
}

function meta(message) {
  const exact = new Date(message.date * 1000).toLocaleString(LOCALE);
  return element(
    "span",
    { class: "meta", title: exact },
    message.has_protected_content && mark("lock", "Protected: cannot be forwarded"),
    message.is_silent && mark("silent", "Sent without sound"),
    message.edit_date && element("span", { class: "edited" }, "edited "),
    element("time", { datetime: new Date(message.date * 1000).toISOString() }, timeOf(message)),
  );
}

function mark(name, label) {
  return element("span", { class: "mark", role: "img", "aria-label": label, title: label }, icon(name));
}

function keyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  const shown = rows.map((row, rowNumber) =>
    element("div", { class: "keyboard-row" }, ...row.map((button, column) => key(message, button, rowNumber, column, actions))),
  );
  return element("div", { class: "keyboard", role: "group", "aria-label": "Buttons" }, ...shown);
}

function key(message, button, row, column, actions) {
  const label = element("span", {}, button.text);
  if (button.url) {
    const open = (event) => actions.link(button.url) && event.preventDefault();
    return element("a", { class: "key", href: button.url, target: "_blank", rel: "noopener noreferrer", onclick: open }, label, icon("outward"));
  }
  if (button.copy_text) {
    return element("button", { type: "button", class: "key", onclick: () => actions.copy(button.copy_text.text) }, label, icon("copy"));
  }
  const words = button.switch_inline_query ?? button.switch_inline_query_current_chat;
  if (words !== undefined) {
    const isElsewhere = button.switch_inline_query !== undefined;
    return element("button", { type: "button", class: "key", onclick: () => actions.inline(words, isElsewhere) }, label, icon(isElsewhere ? "forward" : "at"));
  }
  const press = (event) => actions.press(message, row, column, event.currentTarget);
  return element("button", { type: "button", class: "key", onclick: press }, label);
}

export function initials(title) {
  const words = title.split(/\s+/).filter(Boolean);
  return (words.length > 1 ? words[0][0] + words[1][0] : title.slice(0, 2)).toUpperCase();
}

export function lastLine(chat, newest) {
  if (!newest) return chat.is_started ? "No messages yet" : "Press Start to begin";
  const author = newest.is_bots || chat.kind === "channel" || serviceText(newest) ? "" : isMine(newest) ? "You: " : `${senderName(newest)}: `;
  return author + plainPreview(newest);
}

export const botIsTyping = (chatId) => (model.typing.get(chatId) ?? 0) > Date.now();
