// Pictures, files and places: chosen from the paper clip, or dropped onto the messages.

import { composerReply, setReply } from "./composer.js";
import { act, here } from "./deeds.js";
import { byId, element, icon } from "./dom.js";
import { alertWith, cancelOr } from "./notices.js";

const PLACES = [
  ["Lisbon", 38.722, -9.139],
  ["Nairobi", -1.286, 36.817],
  ["Tokyo", 35.676, 139.65],
  ["New York", 40.713, -74.006],
];

export function startAttaching() {
  byId("attach").append(icon("attach"));
  byId("attach-photo").onclick = () => choose("image/png,image/jpeg");
  byId("attach-file").onclick = () => choose("");
  byId("attach-place").onclick = () => {
    byId("attach-panel").hidePopover();
    sharePlace();
  };
  byId("file-input").onchange = async (event) => {
    const isPhoto = event.target.accept !== "";
    for (const file of event.target.files) await sendFile(file, isPhoto);
    event.target.value = "";
  };
  const log = byId("log");
  log.addEventListener("dragover", (event) => {
    event.preventDefault();
    log.classList.add("is-target");
  });
  log.addEventListener("dragleave", () => log.classList.remove("is-target"));
  log.addEventListener("drop", async (event) => {
    event.preventDefault();
    log.classList.remove("is-target");
    for (const file of event.dataTransfer.files) await sendFile(file, false);
  });
}

function choose(accept) {
  byId("attach-panel").hidePopover();
  byId("file-input").accept = accept;
  byId("file-input").click();
}

async function sendFile(file, isPhoto) {
  const reader = new FileReader();
  const read = new Promise((resolve) => (reader.onload = () => resolve(reader.result)));
  reader.readAsDataURL(file);
  const content = (await read).split(",", 2)[1] ?? "";
  const spot = here(composerReply());
  setReply(null);
  await act("send_file", { ...spot, name: file.name, media_type: file.type, content, is_photo: isPhoto });
}

export async function sharePlace() {
  const spot = here(composerReply());
  const latitude = number("Latitude", PLACES[0][1], 90);
  const longitude = number("Longitude", PLACES[0][2], 180);
  const take = (event) => {
    const [, north, east] = PLACES[Number(event.target.value)];
    latitude.querySelector("input").value = north;
    longitude.querySelector("input").value = east;
  };
  const places = element("select", { "aria-label": "Place", onchange: take }, ...PLACES.map(([name], index) => element("option", { value: index }, name)));
  const chosen = await alertWith("Share where you are", cancelOr("Share"), [places, element("div", { class: "panel-row" }, latitude, longitude)]);
  if (chosen !== "ok") return;
  await act("place", { ...spot, latitude: Number(latitude.querySelector("input").value), longitude: Number(longitude.querySelector("input").value) });
}

function number(label, value, limit) {
  return element("label", { class: "field" }, label, element("input", { type: "number", step: "any", min: -limit, max: limit, value, required: true }));
}
