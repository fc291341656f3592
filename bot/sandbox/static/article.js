// An article as it was read: its own words, marked, and beside them what each mark means.

import { byId, element, icon, post } from "./dom.js";
import { messagesOf, model, plainPreview, visibleChats } from "./model.js";
import { hideNote, showNote } from "./note.js";
import { tourSees } from "./tour.js";

const KINDS = {
  event: "What happened, and when",
  speaker: "Who says it",
  figure: "How many",
  date: "When",
};
const UNREAD = { heading: "heading", title: "title", caption: "caption", byline: "byline", furniture: "not part of the article" };
const PATIENCE = 20000; // milliseconds without an alert, after which the page says what may hold it back

const ANSWER_WITHIN = 6000; // milliseconds
const isSideBySide = matchMedia("(min-width: 1081px)");

let article = null;
let expectsAlerts = false;
const hiddenKinds = new Set();

export function showArticle(read, goBack) {
  article = read;
  expectsAlerts = false;
  byId("desk-article").replaceChildren(head(goBack), ...(read.key ? [publishing()] : []), legend(), body());
  byId("desk-scroll").scrollTop = 0;
  byId("article-title").focus();
  if (read.key) showListeners();
}

function head(goBack) {
  const { title, label, publisher, byline, date, date_known, url, remarks = [] } = article;
  const facts = [publisher, byline && `by ${byline}`].filter(Boolean).join(", ");
  return element(
    "header",
    { class: "article-head" },
    element("button", { type: "button", class: "article-back", onclick: goBack }, icon("back"), "Bring another article"),
    element("h2", { id: "article-title", tabindex: "-1" }, title ?? label),
    facts && element("p", {}, facts),
    element("p", {}, `${date}, ${date_known}`, url && " · ", url && element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, "open the original")),
    ...remarks.map((remark) => element("p", { class: "article-remark" }, remark)),
  );
}

function publishing() {
  return element(
    "section",
    { class: "publishing", "aria-label": "Publish" },
    element("button", { type: "button", class: "wide primary narrow", id: "publish", onclick: publish }, "Publish to the bot"),
    element("div", { id: "publish-status", role: "status" }, "Nothing has reached the bot yet: this is only what it would read."),
    element("ul", { class: "arrivals", id: "arrivals", "aria-label": "Messages since", "aria-live": "polite" }),
  );
}

const say = (...words) => byId("publish-status")?.replaceChildren(...words);

// Alerts go to chats that switched them on before the news came.
async function showListeners() {
  const { listeners } = await post("desk_articles", {});
  if (listeners > 0 || !byId("publish") || byId("publish").disabled) return;
  const on = element("button", { type: "button", class: "inline-button", onclick: switchOn }, "Switch them on in your chat");
  say("No chat has alerts switched on, so nobody would be told. ", on);
}

// Returns once the bot has answered, so that its answer is not taken for an alert.
export async function switchOn() {
  if (!model.chats.get(model.me).is_started) await post("say", { as: model.me, chat_id: model.me, text: "/start" });
  const { message_id: said } = await post("say", { as: model.me, chat_id: model.me, text: "/settings alerts on" });
  const isAnswered = () => messagesOf(model.me).some((message) => message.is_bots && message.message_id > said);
  for (const end = Date.now() + ANSWER_WITHIN; Date.now() < end && !isAnswered(); ) await new Promise((resolve) => setTimeout(resolve, 100));
  say(isAnswered() ? "Alerts are on in your chat with the bot." : "The bot has not answered yet: /settings tells whether alerts are on.");
}

async function publish() {
  byId("publish").disabled = true;
  say("Publishing …");
  expectsAlerts = true;
  byId("arrivals").replaceChildren();
  try {
    const release = await post("desk_publish", { key: article.key });
    if (release.problem) throw new Error(release.problem);
    say(outcome(release));
    byId("publish").textContent = "Published";
    expectsAlerts = release.alerts > 0 && release.listeners > 0;
    if (expectsAlerts) setTimeout(sayIfNothingCame, PATIENCE, article);
    tourSees("published", release);
  } catch (error) {
    say(`Not published: ${error.message}`);
    byId("publish").disabled = false;
  }
}

const counted = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

function outcome({ number, alerts, listeners }) {
  if (number === null) return "The bot has this article already: there is nothing new to alert.";
  if (alerts === 0) return `Published as [${number}]. There is nothing new to alert: no number moved, and no event is new.`;
  if (listeners === 0) return `Published as [${number}]. It is worth ${counted(alerts, "alert")}, but no chat has alerts switched on: /settings has them.`;
  return `Published as [${number}], with ${counted(alerts, "alert")} for ${counted(listeners, "chat")}. What arrives shows here:`;
}

function sayIfNothingCame(published) {
  if (published !== article || byId("arrivals")?.children.length) return;
  say("Published, and no alert has come: quiet hours, a pause, the day’s limit or alerts just sent may hold it back. /settings tells.");
}

// Every new message of the bot while an alert is awaited.
export function takeArrival(message) {
  const chat = visibleChats().find(({ id }) => id === message.chat.id);
  if (!expectsAlerts || !message.is_bots || !chat || !byId("arrivals")) return;
  byId("arrivals").append(element("li", {}, element("a", { href: `#${chat.id}` }, element("strong", {}, chat.title), ` ${plainPreview(message)}`)));
}

function legend() {
  const count = (kind) => article.meanings.filter((meaning) => meaning.kind === kind).length;
  const toggle = (kind) => (event) => {
    hiddenKinds.has(kind) ? hiddenKinds.delete(kind) : hiddenKinds.add(kind);
    event.currentTarget.setAttribute("aria-pressed", String(!hiddenKinds.has(kind)));
    byId("article-body").classList.toggle(`without-${kind}`, hiddenKinds.has(kind));
  };
  const button = ([kind, label]) =>
    element("button", { type: "button", class: `legend-key is-${kind}`, "aria-pressed": String(!hiddenKinds.has(kind)), onclick: toggle(kind) }, element("span", {}, label), ` ${count(kind)}`);
  return element("div", { class: "legend", role: "group", "aria-label": "What is marked" }, ...Object.entries(KINDS).map(button), element("span", { class: "legend-unread" }, "grey: not read"));
}

function body() {
  const begun = new Set();
  const text = element("div", { class: "article-text", id: "article-text", role: "group", "aria-label": "The article’s text; arrow keys go from mark to mark" });
  text.append(...article.segments.map((segment) => piece(segment, begun)));
  text.querySelector("[tabindex]")?.setAttribute("tabindex", "0");
  text.addEventListener("keydown", walk);
  const side = element("aside", { class: "meanings", "aria-label": "What the marks mean" }, ...Object.entries(KINDS).map(group));
  const without = [...hiddenKinds].map((kind) => `without-${kind}`).join(" ");
  return element("div", { class: `article-body ${without}`, id: "article-body" }, text, side);
}

// A stretch of the text. The first of a mark can be focused, and tells what every mark on it means.
function piece({ text, unread, meanings }, begun) {
  if (unread) return element("span", { class: "unread", title: UNREAD[unread] }, text);
  if (!meanings.length) return text;
  const own = meanings.map((index) => article.meanings[index]);
  const classes = ["mark", ...new Set(own.map(({ kind }) => `is-${kind}`))].join(" ");
  const properties = { class: classes, "data-meanings": meanings.join(" ") };
  if (meanings.some((index) => !begun.has(index))) Object.assign(properties, { role: "button", tabindex: "-1", "aria-describedby": "mark-note" });
  meanings.forEach((index) => begun.add(index));
  const made = element("span", properties, text);
  const tell = () => {
    const shown = own.filter(({ kind }) => !hiddenKinds.has(kind));
    light(meanings.filter((index) => !hiddenKinds.has(article.meanings[index].kind)));
    if (shown.length) showNote(made, shown.toReversed(), () => light([]));
  };
  made.addEventListener("pointerenter", tell);
  made.addEventListener("focus", tell);
  made.addEventListener("pointerleave", hideNote);
  made.addEventListener("blur", hideNote);
  made.addEventListener("click", () => isSideBySide.matches && inList(meanings.at(-1))?.scrollIntoView({ block: "nearest" }));
  return made;
}

const stops = () => [...byId("article-text").querySelectorAll("[tabindex]")].filter((stop) => stop.dataset.meanings.split(" ").some((index) => !hiddenKinds.has(article.meanings[index].kind)));

function walk(event) {
  const all = stops();
  const now = all.indexOf(event.target);
  const next = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    inList(event.target.dataset.meanings.split(" ").at(-1))?.focus();
  }
  if (next === undefined || !all[next]) return;
  event.preventDefault();
  stopAt(all[next]);
}

function stopAt(stop) {
  for (const other of byId("article-text").querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
  stop.tabIndex = 0;
  stop.focus();
  stop.scrollIntoView({ block: "nearest" });
}

function group([kind, label]) {
  const items = article.meanings.flatMap((meaning, index) => (meaning.kind === kind ? [listed(meaning, index)] : []));
  if (!items.length) return null;
  return element("section", { class: `meaning-group is-${kind}` }, element("h3", {}, label), element("ul", {}, ...items));
}

function listed(meaning, index) {
  const go = () => stopAt(byId("article-text").querySelector(`[tabindex][data-meanings~="${index}"]`));
  const button = element("button", { type: "button", class: "meaning", "data-meaning": index, onclick: go, onpointerenter: () => light([index]), onpointerleave: () => light([]) }, element("strong", {}, meaning.words), facts(meaning));
  return element("li", {}, button);
}

export function facts(meaning) {
  return element("span", { class: "facts" }, ...meaning.facts.map(([ask, words]) => element("span", {}, element("span", { class: "ask" }, ask), " ", element("span", {}, words))));
}

const inList = (index) => byId("desk-article").querySelector(`[data-meaning="${index}"]`);

function light(indices) {
  for (const lit of byId("desk-article").querySelectorAll(".is-lit")) lit.classList.remove("is-lit");
  for (const index of indices) {
    inList(index)?.classList.add("is-lit");
    for (const each of byId("article-text").querySelectorAll(`[data-meanings~="${index}"]`)) each.classList.add("is-lit");
  }
}
