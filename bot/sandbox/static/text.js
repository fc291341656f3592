// A message's text with its entities as elements. Offsets count UTF-16 units, as JavaScript's strings do.

import { element, icon } from "./dom.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  mention: "span",
  hashtag: "span",
  text_mention: "span",
  custom_emoji: "span",
  date_time: "time",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE_LINK = /^(https?|tg|mailto|tel):/i;

// `actions` says what happens on a tap: command(text) and link(url), which returns true if it did something itself.
export function formatted(text, entities, actions) {
  const fragment = document.createDocumentFragment();
  appendStretch(fragment, text, 0, text.length, entities ?? [], actions);
  return fragment;
}

function appendStretch(parent, text, start, end, entities, actions) {
  let position = start;
  let afterBlock = false;
  const appendPlain = (until, beforeBlock) => {
    let words = text.slice(position, until);
    // A block breaks the line by itself: the newline next to it would show as an empty line.
    if (afterBlock && words.startsWith("\n")) words = words.slice(1);
    if (beforeBlock && words.endsWith("\n")) words = words.slice(0, -1);
    if (words) parent.append(words);
  };
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (entity.offset < position) continue;
    const entityEnd = Math.min(entity.offset + entity.length, end);
    const isBlock = BLOCKS.has(entity.type);
    appendPlain(entity.offset, isBlock);
    const inside = entities.slice(index + 1).filter((other) => other.offset < entityEnd);
    const { outer, inner } = shell(entity, text.slice(entity.offset, entityEnd), actions);
    appendStretch(inner, text, entity.offset, entityEnd, inside, actions);
    parent.append(outer);
    position = entityEnd;
    afterBlock = isBlock;
  }
  appendPlain(end, false);
}

function shell(entity, words, actions) {
  switch (entity.type) {
    case "text_link":
      return same(link(entity.url, actions));
    case "url":
      return same(link(words, actions));
    case "bot_command":
      return same(element("button", { type: "button", class: "command-link", onclick: () => actions.command(words) }));
    case "spoiler":
      return same(spoiler());
    case "pre":
      return same(element("pre", { "data-language": entity.language }));
    case "blockquote":
      return same(element("blockquote", { class: "quote" }));
    case "expandable_blockquote":
      return expandable();
    default:
      return same(element(TAGS[entity.type] ?? "span", { class: entity.type }));
  }
}

const same = (made) => ({ outer: made, inner: made });

function link(address, actions) {
  if (!SAFE_LINK.test(address)) return element("span");
  const open = (event) => {
    if (actions.link(address)) event.preventDefault();
  };
  return element("a", { href: address, title: address, target: "_blank", rel: "noopener noreferrer", onclick: open });
}

function spoiler() {
  const hidden = element("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, show" });
  const reveal = () => {
    hidden.classList.add("is-revealed");
    for (const name of ["role", "tabindex", "aria-label"]) hidden.removeAttribute(name);
  };
  hidden.addEventListener("click", reveal);
  hidden.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      reveal();
    }
  });
  return hidden;
}

const overflowing = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const quote = target.parentElement;
    if (!quote?.classList.contains("is-collapsed")) continue;
    quote.classList.toggle("is-short", target.scrollHeight <= target.clientHeight + 1);
  }
});

function expandable() {
  const inner = element("div", { class: "quote-body" });
  const toggle = element("button", { type: "button", class: "quote-toggle", "aria-expanded": "false" }, icon("down"));
  const outer = element("blockquote", { class: "quote is-expandable is-collapsed" }, inner, toggle);
  const set = (isOpen) => {
    outer.classList.toggle("is-collapsed", !isOpen);
    toggle.setAttribute("aria-expanded", String(isOpen));
    toggle.setAttribute("aria-label", isOpen ? "Show less of the quote" : "Show the whole quote");
  };
  set(false);
  outer.addEventListener("click", (event) => {
    const isOther = event.target.closest("a, .command-link, .spoiler") || String(getSelection());
    if (!isOther && !outer.classList.contains("is-short")) set(outer.classList.contains("is-collapsed"));
  });
  overflowing.observe(inner);
  return { outer, inner };
}
