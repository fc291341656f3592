// The first five minutes: a few steps that one takes oneself, or has taken. What is done is noticed, not asked.

import { switchOn } from "./article.js";
import { act } from "./deeds.js";
import { ADDRESS, bringExample } from "./desk.js";
import { byId, element, icon, post } from "./dom.js";
import { me, messagesOf, model } from "./model.js";

const STEP = "tour step"; // where one is, remembered by this browser; OVER once it was taken or left
const OVER = "over";
const READING = 1200; // milliseconds between a step that was done and the next

const toMe = () => (location.hash = `#${model.me}`);
const say = (text) => act("say", { chat_id: model.me, text });
const says = (start) => ({ kind, detail }) => kind === "message" && detail.chat.id === model.me && !detail.is_bots && (detail.text ?? "").startsWith(start);
const hasCommand = (name) => Object.values(model.menus[model.me] ?? {}).some((menu) => menu.some(({ command }) => command === name));
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

// `target` names what the page outlines, `does` takes the step for one, `isDone` sees that it was taken.
const STEPS = [
  {
    name: "start",
    title: "Say hello",
    words: "This page plays Telegram; the bot in it is the real one. Press Start below, as anyone would.",
    label: "Press it for me",
    go: toMe,
    does: () => say("/start"),
    isDone: says("/start"),
    isNeeded: () => !messagesOf(model.me).some(({ text }) => text?.startsWith("/start")),
  },
  {
    name: "check",
    title: "Check a line",
    words: "A number such as [1] says which article a line is from. The quotation under it holds the very sentence: tap it to open it.",
    label: "Open the quotation",
    go: toMe,
    does: () => byId("log").querySelector(".message:last-of-type .quote-toggle, .quote-toggle")?.click(),
    isDone: ({ kind }) => kind === "quote",
  },
  {
    name: "figures",
    title: "Ask for the numbers",
    words: "/troops lists every number of people under arms: who said it, when, and where two accounts clash. Nothing is averaged.",
    label: "Send /troops",
    go: toMe,
    does: () => say("/troops"),
    isDone: says("/troops"),
    isPossible: () => hasCommand("troops"),
  },
  {
    name: "subscribe",
    title: "A briefing each morning",
    words: "Send /subscribe and tap a time and your zone, or have it done: every day at 08:00 in this computer’s time zone.",
    label: "Subscribe at 08:00",
    go: toMe,
    does: () => say(`/subscribe 08:00 ${zone()}`),
    isDone: async ({ kind, detail }) => kind === "message" && detail.is_bots && (await post("next_briefing", {})).moment !== null,
  },
  {
    name: "clock",
    title: "Do not wait for it",
    words: "The bot goes by the clock at the top, and you may move it: To the next briefing.",
    label: "Move the clock there",
    go: toMe,
    does: () => post("clock", { to_next_briefing: true }),
    isDone: ({ kind, detail }) => kind === "clock" && Math.abs(detail.offset) > 60,
  },
  {
    name: "read",
    title: "Bring news",
    words: "The briefing comes to your chat. Between briefings there is news: at the news desk you see what the bot reads in an article, the example or one of your own.",
    label: "Read the example",
    go: () => null,
    does: () => {
      location.hash = ADDRESS;
      return bringExample();
    },
    isDone: ({ kind }) => kind === "opened",
  },
  {
    name: "publish",
    title: "Publish it",
    words: "Point at a mark to see what it means. Then publish: chats that have alerts switched on are told what is new.",
    label: "Alerts on, and publish",
    go: () => null,
    does: async () => {
      await switchOn();
      byId("publish")?.click();
    },
    isDone: ({ kind }) => kind === "published",
  },
  {
    name: "end",
    title: "That is all",
    words: "The message arrives in your chat; the news desk links to it. Everything else is behind /help, and the sliders at the top reset the sandbox or show this tour again.",
    go: () => null,
  },
];

let at = null; // the step that is shown
let isMoving = false;

export function startTour() {
  byId("tour-close").append(icon("close"));
  byId("tour-close").onclick = endTour;
  byId("tour-again").onclick = () => {
    byId("world-panel").hidePopover();
    show(0);
  };
  byId("log").addEventListener("click", (event) => event.target.closest(".quote") && tourSees("quote"));
  byId("tour").addEventListener("keydown", (event) => event.key === "Escape" && endTour());
}

// Called once it is known what there is: the tour opens by itself for whoever has not taken it.
export function offerTour() {
  byId("tour-again").hidden = !model.hasDesk;
  if (!model.hasDesk || at !== null) return;
  const remembered = localStorage.getItem(STEP);
  const place = STEPS.findIndex(({ name }) => name === remembered);
  if (remembered !== OVER) show(Math.max(0, place));
}

// The tour opens anew when the page is told next what there is.
export function restartTour() {
  at = null;
  localStorage.removeItem(STEP);
}

function show(place) {
  const step = STEPS[place];
  if (!step) return endTour();
  if (step.isPossible?.() === false || step.isNeeded?.() === false) return show(place + 1);
  at = place;
  isMoving = false;
  localStorage.setItem(STEP, step.name);
  document.body.dataset.tour = step.name;
  byId("tour").hidden = false;
  byId("tour-count").textContent = `${place + 1} of ${STEPS.length}`;
  byId("tour-title").textContent = step.title;
  byId("tour-words").textContent = step.words;
  byId("tour-buttons").replaceChildren(...buttons(step, place));
  step.go();
}

function buttons(step, place) {
  const button = (label, run, kind) => element("button", { type: "button", class: `wide ${kind}`, onclick: run }, label);
  if (!step.does) return [button("Done", endTour, "primary")];
  const take = async (event) => {
    event.currentTarget.disabled = true;
    await step.does();
  };
  return [button(step.label, take, "primary"), button("Skip", () => show(place + 1), "quiet narrow")];
}

function endTour() {
  at = null;
  localStorage.setItem(STEP, OVER);
  delete document.body.dataset.tour;
  const hadFocus = byId("tour").contains(document.activeElement);
  byId("tour").hidden = true;
  if (hadFocus) byId("input").focus();
}

// What happens on the page; the step that waits for it is then done.
export async function tourSees(kind, detail) {
  const place = at;
  if (place === null || isMoving || !me() || !(await STEPS[place].isDone?.({ kind, detail }))) return;
  if (place !== at || isMoving) return;
  isMoving = true;
  const hadFocus = byId("tour").contains(document.activeElement);
  byId("tour-buttons").replaceChildren(element("p", { class: "tour-done" }, "✓ Done"));
  setTimeout(() => {
    if (at !== place) return;
    show(place + 1);
    if (hadFocus) byId("tour-buttons").querySelector("button")?.focus();
  }, READING);
}
