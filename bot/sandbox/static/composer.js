// The input line: sending, the command menu, replies.

import { byId, element, icon } from "./dom.js";
import { model, plainPreview } from "./model.js";

let chatId = null;
let replyTo = null;
let send = null;
let shown = []; // the commands in the open list
let selected = 0;

const input = () => byId("input");

export function startComposer(sendText) {
  send = sendText;
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
  byId("menu-button").hidden = commands().length === 0;
}

export function setReply(message) {
  replyTo = message;
  byId("reply-bar").hidden = !message;
  if (!message) return;
  const name = element("strong", {}, message.from?.first_name ?? message.sender_chat?.title ?? "");
  byId("reply-text").replaceChildren(icon("reply"), name, element("span", {}, plainPreview(message)));
  input().focus();
}

const commands = () => model.menus[chatId] ?? [];

// In groups a chosen command is addressed, as in Telegram, so that only this bot answers.
function addressed(name) {
  return model.chats.get(chatId)?.kind === "private" ? `/${name}` : `/${name}@${model.bot.username}`;
}

async function submit(text) {
  if (!text.trim()) return;
  const reply = replyTo;
  input().value = "";
  setReply(null);
  grow();
  closeList();
  await send(text, reply);
}

function grow() {
  const area = input();
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
  byId("send").disabled = !area.value.trim();
}

function suggest() {
  const typed = input().value.match(/^\/([a-z0-9_]*)$/i);
  if (typed) openList(typed[1].toLowerCase());
  else closeList();
}

function openList(prefix) {
  shown = commands().filter(({ command }) => command.startsWith(prefix));
  selected = 0;
  byId("suggestions").replaceChildren(...shown.map(option));
  const isOpen = shown.length > 0;
  byId("suggestions").hidden = !isOpen;
  input().setAttribute("aria-expanded", String(isOpen));
  byId("menu-button").setAttribute("aria-expanded", String(isOpen));
  select(0);
}

function closeList() {
  shown = [];
  byId("suggestions").hidden = true;
  input().setAttribute("aria-expanded", "false");
  input().removeAttribute("aria-activedescendant");
  byId("menu-button").setAttribute("aria-expanded", "false");
}

function option({ command, description }, index) {
  const choose = (event) => {
    event.preventDefault();
    submit(addressed(command));
  };
  return element(
    "li",
    { role: "option", id: `suggestion-${index}`, class: "suggestion", onmousedown: choose, onmousemove: () => select(index) },
    element("span", { class: "suggestion-name" }, `/${command}`),
    element("span", { class: "suggestion-text" }, description),
  );
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
    if (event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      input().value = `${addressed(shown[selected].command)} `;
      grow();
      return closeList();
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      return submit(addressed(shown[selected].command));
    }
  }
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit(input().value);
  }
}
