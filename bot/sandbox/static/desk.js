// The news desk: articles are brought here, shown as they were read, and published to the bot.

import { showArticle, takeArrival } from "./article.js";
import { byId, element, icon, post } from "./dom.js";
import { model } from "./model.js";
import { tourSees } from "./tour.js";

const LARGEST = 32_000_000; // bytes, as the server's
const ENDINGS = ".txt,.md,.html,.htm,.pdf";
const ENOUGH = 30; // characters of pasted text, below which it is no article

export const ADDRESS = "#desk";
export const isDeskOpen = () => byId("app").dataset.screen === "desk";
export { takeArrival };

const status = () => byId("desk-status");

export function startDesk() {
  byId("desk-back").append(icon("back"));
  byId("desk-entry-icon").append(icon("news"));
  byId("desk-choose").onclick = () => byId("desk-file").click();
  byId("desk-file").accept = ENDINGS;
  byId("desk-file").onchange = (event) => {
    bringFile(event.target.files[0]);
    event.target.value = "";
  };
  byId("desk-paste").onsubmit = onPaste;
  byId("desk-link").onsubmit = (event) => {
    event.preventDefault();
    bring({ link: byId("desk-url").value }, "Fetching and reading the page …");
  };
  byId("desk-example").onclick = bringExample;
  takeDrops(byId("desk-scroll"));
}

// Called whenever the page learns anew what there is.
export function showEntry() {
  byId("desk-entry").hidden = !model.hasDesk;
}

export function showDesk() {
  showFront();
  byId("desk-title").focus();
}

async function showFront() {
  byId("desk-front").hidden = false;
  byId("desk-article").hidden = true;
  status().textContent = "";
  await showShelf();
}

export const bringExample = () => bring({ example: true }, "Reading the example …");

async function showShelf() {
  const { total, articles } = await post("desk_articles", {});
  byId("desk-total").textContent = total ? `${total} article${total === 1 ? "" : "s"}, the newest first.` : "None yet.";
  byId("desk-shelf").replaceChildren(...articles.map(shelved));
}

function shelved({ id, number, label, title, date }) {
  const open = () => bringOut(() => post("desk_article", { id }), "Opening the article …");
  const name = title && title !== label ? element("small", {}, title) : null;
  return element(
    "li",
    {},
    element(
      "button",
      { type: "button", class: "shelved", onclick: open },
      element("span", { class: "shelved-number" }, `[${number}]`),
      element("span", { class: "shelved-words" }, label, name),
      element("span", { class: "shelved-date" }, date),
    ),
  );
}

function onPaste(event) {
  event.preventDefault();
  const text = byId("desk-text").value;
  if (text.trim().length < ENOUGH) return complain("Paste a whole article: there is too little to read.");
  bring({ text }, "Reading the text …");
}

function takeDrops(zone) {
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-target");
  });
  zone.addEventListener("dragleave", (event) => zone.contains(event.relatedTarget) || zone.classList.remove("is-target"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-target");
    const [file] = event.dataTransfer.files;
    const words = event.dataTransfer.getData("text/plain").trim();
    if (file) bringFile(file);
    else if (/^https?:\/\/\S+$/.test(words)) bring({ link: words }, "Fetching and reading the page …");
    else if (words.length >= ENOUGH) bring({ text: words }, "Reading the text …");
    else complain("Drop a file, a link or a text.");
  });
}

async function bringFile(file) {
  if (!file) return;
  if (file.size > LARGEST) return complain(`${file.name} is too large for an article.`);
  const reader = new FileReader();
  const read = new Promise((resolve) => (reader.onloadend = () => resolve(reader.result)));
  reader.readAsDataURL(file);
  const address = await read;
  if (address === null) return complain(`${file.name} cannot be opened. Is it a folder?`);
  bring({ name: file.name, content: address.split(",", 2)[1] ?? "" }, `Reading ${file.name} …`);
}

const bring = (body, words) => bringOut(() => post("desk_open", body), words);

async function bringOut(fetchArticle, words) {
  byId("desk").setAttribute("aria-busy", "true");
  status().classList.remove("is-problem");
  status().textContent = words;
  try {
    const article = await fetchArticle();
    if (article.problem) return complain(article.problem);
    status().textContent = "";
    byId("desk-front").hidden = true;
    byId("desk-article").hidden = false;
    showArticle(article, showDesk);
    tourSees("opened", article);
  } catch (error) {
    complain(`Not done: ${error.message}`);
  } finally {
    byId("desk").removeAttribute("aria-busy");
  }
}

function complain(words) {
  status().classList.add("is-problem");
  status().textContent = words;
}
