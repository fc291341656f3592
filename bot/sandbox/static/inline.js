// What the bot offers when its name and some words are typed into the input.

import { act, here } from "./deeds.js";
import { element } from "./dom.js";
import { model } from "./model.js";

const PAUSE = 250; // milliseconds of not typing before the bot is asked

let timer = 0;
let asked = null; // the id of the last query
const offers = new Map(); // what came, by query id: it may come before the question's own answer
let onOffer = null;

export const startInline = (afterOffer) => (onOffer = afterOffer);

// The words after the bot's name, or null if the input is no question to it.
export function inlineWords(text) {
  const name = `@${model.bot.username} `;
  return text.toLowerCase().startsWith(name.toLowerCase()) ? text.slice(name.length) : null;
}

export function askInline(words) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const { chat_id, topic_id } = here(null);
    const question = await act("inline", { chat_id, topic_id, text: words });
    asked = question?.query_id ?? null;
    if (offers.has(asked)) onOffer(offers.get(asked));
  }, PAUSE);
}

export function forgetInline() {
  clearTimeout(timer);
  asked = null;
  offers.clear();
}

export function takeOffer(offer) {
  offers.set(offer.query_id, offer);
  if (offer.query_id === asked) onOffer(offer);
}

export const choose = (offer, result) => act("choose_inline", { query_id: offer.query_id, result_id: result.id });

export function offerRow(result) {
  const picture = result.file_id && element("img", { src: `/sandbox/files/${result.file_id}`, alt: "" });
  return [picture, element("span", { class: "offer-words" }, element("strong", {}, result.title || "Picture"), element("small", {}, result.description))];
}
