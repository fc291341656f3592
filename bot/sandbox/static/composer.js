// The input line: sending, the command menu, replies.

import { sharePlace } from "./attach.js";
import { openLink } from "./deeds.js";
import { byId, element, icon } from "./dom.js";
import { askInline, choose as chooseOffer, forgetInline, inlineWords, offerRow, startInline } from "./inline.js";
import { keyboardOf, model, plainPreview, visibleChats } from "./model.js";
import { chooseOne } from "./notices.js";

let chatId = null;
let replyTo = null;
let send = null;
let shown = []; // what the open list offers, each with its row and what choosing it does
let selected = 0;

const input = () => byId("input");

export function startComposer(sendText) {
  send = sendText;
  startInline(showOffer);
  byId("send").append(icon("send"));
  byId("reply-cancel").append(icon("close"));
  byId("reply-cancel").onclick = () => setReply(null);
  byId("composer").onsubmit = (event) => {
    event.preventDefault();
    submit(input().value);
  };
  byId("menu-button").onclick = () => {
    if (shown.length && !input().value) return closeList();
    openList("");
    input().focus();
  };
  input().addEventListener("input", () => {
    grow();
    suggest();
  });
  input().addEventListener("keydown", onKey);
  input().addEventListener("blur", () => setTimeout(() => document.activeElement?.closest(".composer-frame") || closeList(), 150));
}

export function composeIn(newChatId) {
  if (newChatId !== chatId) {
    chatId = newChatId;
    input().value = "";
    setReply(null);
    grow();
  }
  closeList();
  showKeys();
  byId("menu-button").hidden = commands().length === 0;
}

export const composerReply = () => replyTo;

// Puts the bot's name and some words into the input, here or in a chat that is chosen first.
export async function writeInline(words, isElsewhere) {
  if (isElsewhere) {
    const chats = visibleChats().filter((chat) => !chat.moved_to);
    const chosen = await chooseOne("Share in", chats.map((chat) => ({ label: chat.title, value: chat.id })));
    if (chosen === null) return;
    location.hash = `#${chosen}`;
    await new Promise((resolve) => setTimeout(resolve)); // until the chat is open
  }
  input().value = `@${model.bot.username} ${words}`;
  input().focus();
  grow();
  suggest();
}

// The bot's keys below the input.
export function showKeys() {
  const keyboard = byId("composer").hidden ? null : keyboardOf(chatId);
  byId("keys").hidden = !keyboard;
  if (!keyboard) return byId("keys").replaceChildren();
  byId("keys").replaceChildren(...keyboard.rows.map((row) => element("div", { class: "keyboard-row" }, ...row.map(letterlessKey))));
}

function letterlessKey({ text, asks_location }) {
  const run = () => (asks_location ? sharePlace() : submit(text));
  return element("button", { type: "button", class: "key", onclick: run }, element("span", {}, text), asks_location && icon("place"));
}

export function setReply(message) {
  replyTo = message;
  byId("reply-bar").hidden = !message;
  if (!message) return;
  const name = element("strong", {}, message.from?.first_name ?? message.sender_chat?.title ?? "");
  byId("reply-text").replaceChildren(icon("reply"), name, element("span", {}, plainPreview(message)));
  input().focus();
}

const commands = () => model.menus[model.me]?.[chatId] ?? [];

// In groups a chosen command is addressed, as in Telegram, so that only this bot answers.
function addressed(name) {
  return model.chats.get(chatId)?.kind === "private" ? `/${name}` : `/${name}@${model.bot.username}`;
}

async function submit(text) {
  if (!text.trim()) return;
  const reply = replyTo;
  clear();
  await send(text, reply);
}

function clear() {
  input().value = "";
  setReply(null);
  forgetInline();
  grow();
  closeList();
}

function grow() {
  const area = input();
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
  byId("send").disabled = !area.value.trim();
}

function suggest() {
  const typed = input().value.match(/^\/([a-z0-9_]*)$/i);
  const words = inlineWords(input().value);
  if (words !== null) return askInline(words);
  forgetInline();
  if (typed) openList(typed[1].toLowerCase());
  else if (isNameBegun(input().value)) offerName();
  else closeList();
}

const isNameBegun = (text) => /^@\w*$/.test(text) && `@${model.bot.username}`.toLowerCase().startsWith(text.toLowerCase());

// After an @ the bot's name, as Telegram offers it: nobody has to know it by heart.
function offerName() {
  const name = `@${model.bot.username}`;
  showList("Names", [{
    row: [element("span", { class: "suggestion-name" }, name), element("span", { class: "suggestion-text" }, "What the bot offers to send here")],
    words: `${name} `,
    choose: () => writeInline("", false),
  }]);
}

function openList(prefix) {
  const fitting = commands().filter(({ command }) => command.startsWith(prefix));
  showList("Commands", fitting.map(({ command, description }) => ({
    row: [element("span", { class: "suggestion-name" }, `/${command}`), element("span", { class: "suggestion-text" }, description)],
    words: `${addressed(command)} `,
    choose: () => submit(addressed(command)),
  })));
}

function showOffer(offer) {
  const entries = offer.results.map((result) => ({
    row: offerRow(result),
    choose: async () => {
      clear();
      await chooseOffer(offer, result);
    },
  }));
  if (offer.start_words) {
    const address = `https://t.me/${model.bot.username}?start=${offer.start_parameter}`;
    entries.unshift({ row: [element("span", { class: "suggestion-name" }, offer.start_words)], choose: () => clear() ?? openLink(address) });
  }
  if (!entries.length) entries.push({ row: [element("span", { class: "suggestion-text" }, "The bot offers nothing for these words.")], choose: closeList });
  showList("Offers of the bot", entries);
}

function showList(label, entries) {
  shown = entries;
  selected = 0;
  byId("suggestions").setAttribute("aria-label", label);
  byId("suggestions").replaceChildren(...shown.map(option));
  const isOpen = shown.length > 0;
  byId("suggestions").hidden = !isOpen;
  byId("suggestions-count").textContent = isOpen ? `${shown.length} offered, arrow keys choose` : "";
  byId("menu-button").setAttribute("aria-expanded", String(isOpen));
  select(0);
}

function closeList() {
  shown = [];
  byId("suggestions").hidden = true;
  byId("suggestions-count").textContent = "";
  input().removeAttribute("aria-activedescendant");
  byId("menu-button").setAttribute("aria-expanded", "false");
}

function option({ row, choose }, index) {
  const run = (event) => {
    event.preventDefault();
    choose();
  };
  return element("li", { role: "option", id: `suggestion-${index}`, class: "suggestion", onmousedown: run, onmousemove: () => select(index) }, ...row);
}

function select(index) {
  const options = [...byId("suggestions").children];
  if (!options.length) return;
  selected = (index + options.length) % options.length;
  options.forEach((each, place) => each.setAttribute("aria-selected", String(place === selected)));
  options[selected].scrollIntoView({ block: "nearest" });
  input().setAttribute("aria-activedescendant", `suggestion-${selected}`);
}

function onKey(event) {
  if (event.isComposing) return;
  if (shown.length) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      return select(selected + (event.key === "ArrowDown" ? 1 : -1));
    }
    if (event.key === "Escape") return closeList();
    if (event.key === "Tab" && !event.shiftKey && shown[selected].words) {
      event.preventDefault();
      input().value = shown[selected].words;
      grow();
      return closeList();
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      return shown[selected].choose();
    }
  }
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit(input().value);
  }
}
