// Elements made from data. Text only ever enters the page as text, never as markup.

export const LOCALE = "en-GB"; // the page speaks English and counts hours to 24, as the bot does

export const byId = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const PATHS = {
  back: "M15 5l-7 7 7 7",
  more: "M12 6h.01M12 12h.01M12 18h.01",
  send: "M4 12l16-8-6 16-3-6z",
  down: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  reply: "M10 7L5 12l5 5M5 12h9a5 5 0 015 5v1",
  outward: "M8 16l8-8M9 8h7v7",
  copy: "M9 9h10v10H9zM5 15V5h10",
  moon: "M20 14.5A8 8 0 119.5 4a6.5 6.5 0 0010.5 10.5z",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 3v1M12 20v1M3 12h1M20 12h1M5.6 5.6l.7.7M17.7 17.7l.7.7M18.4 5.6l-.7.7M6.3 17.7l-.7.7",
  restart: "M5 12a7 7 0 112 5M5 18v-4h4",
  silent: "M9 18h6M6 15h9M7 15V11a5 5 0 018-4M17 11v2M4 4l16 16",
  lock: "M7 11h10v8H7zM9 11V8a3 3 0 016 0v3",
  file: "M7 4h7l4 4v12H7zM14 4v4h4",
  group: "M9 11a3 3 0 100-6 3 3 0 000 6zM3.5 19a5.5 5.5 0 0111 0M16 5.5a3 3 0 010 5.5M17 14a5.5 5.5 0 013.5 5",
  channel: "M4 10v4h3l8 4V6l-8 4zM18 9a4 4 0 010 6",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  attach: "M8 12.5l6.5-6.5a3 3 0 014.2 4.2L10 19a5 5 0 01-7-7l8.5-8.5",
  place: "M12 21s7-6.2 7-11a7 7 0 10-14 0c0 4.8 7 11 7 11zM12 12.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5z",
  forward: "M14 7l5 5-5 5M19 12h-9a5 5 0 00-5 5v1",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  plus: "M12 5v14M5 12h14",
  at: "M16 12a4 4 0 11-8 0 4 4 0 018 0zM16 8v5a2.5 2.5 0 005 0v-1a9 9 0 10-3.5 7",
  news: "M5 5h11v14H6a2 2 0 01-2-2V6a1 1 0 011-1zM16 9h4v8a2 2 0 01-2 2M8 9h5M8 12.5h5M8 16h3",
  forum: "M4 5h11v8H9l-3 3v-3H4zM18 9h2v8h-2v3l-3-3h-4",
};

const TINTS = { private: 0, group: 5, supergroup: 2, channel: 1 };
export const tint = (chat) => `tint-${TINTS[chat.kind]}`;

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export async function post(deed, body) {
  const answer = await fetch(`/sandbox/${deed}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content;
}
