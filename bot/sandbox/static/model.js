// What the page knows: the server's last word on everything, and which messages were seen.

export const model = {
  bot: null,
  people: [], // whom one may be
  me: null, // the id of who one is
  chats: new Map(),
  messages: new Map(), // by chat id: Map of message id to message
  menus: {}, // by person's and chat's id
  hasDesk: false, // whether there is a news desk, and so a tour
  description: "", // what the bot says about itself in an empty chat
  typing: new Map(), // by chat id: when the bot's typing stops showing, in real milliseconds
  clock: { ahead: 0, offset: 0 }, // of the sandbox: milliseconds before this browser's clock, seconds before real time
};

// The open chat: its topic (null is General, undefined a chat without topics), how many messages are shown, the
// element the view is held at while answers come in, and the topic that was just made and is not yet told of.
export const SHOWN_AT_ONCE = 300;
export const open = { chatId: null, topicId: undefined, shown: SHOWN_AT_ONCE, anchor: null, expectedTopicId: undefined };

let seen = {};

export function takePage(page) {
  if (model.session !== page.session) model.me = null;
  model.session = page.session;
  model.bot = page.bot;
  takePeople(page.people);
  model.chats = new Map(page.chats.map((chat) => [chat.id, chat]));
  model.messages = new Map(page.chats.map((chat) => [chat.id, new Map()]));
  for (const message of page.messages) takeMessage(message);
  model.menus = page.menus;
  model.description = page.description;
  model.mode = page.mode;
  model.faults = page.faults;
  model.latency = page.latency;
  model.hasDesk = page.has_desk;
  takeClock(page.clock);
  seen = JSON.parse(localStorage.getItem(`seen ${page.session}`) ?? "{}");
}

export function takePeople(people) {
  model.people = people;
  const wanted = model.me ?? Number(sessionStorage.getItem(`me ${model.session}`));
  become(people.some(({ id }) => id === wanted) ? wanted : people[0].id);
}

export function become(personId) {
  model.me = personId;
  sessionStorage.setItem(`me ${model.session}`, String(personId));
}

export const me = () => model.people.find(({ id }) => id === model.me);
export const isMine = (message) => !message.is_bots && message.author_id === model.me;
export const roleIn = (chat, personId = model.me) => chat.roles[personId] ?? "left";
export const isAbsent = (role) => role === "left" || role === "kicked";
export const isInCharge = (role) => role === "creator" || role === "administrator";

// One's own chat with the bot, and every group and channel: a sandbox hides none of them.
export function visibleChats() {
  const rooms = [...model.chats.values()].filter((chat) => chat.kind !== "private");
  return [model.chats.get(model.me), ...rooms];
}

export function takeChat(chat) {
  model.chats.set(chat.id, chat);
  if (!model.messages.has(chat.id)) model.messages.set(chat.id, new Map());
}

export function takeMessage(message) {
  model.messages.get(message.chat.id).set(message.message_id, message);
}

export function takeClock(clock) {
  model.clock = { ahead: clock.now - Date.now(), offset: clock.offset };
}

export const sandboxNow = () => new Date(Date.now() + model.clock.ahead);

export function messagesOf(chatId, topicId) {
  const all = [...(model.messages.get(chatId)?.values() ?? [])];
  if (topicId === undefined) return all;
  return all.filter((message) => (message.message_thread_id ?? null) === topicId);
}

export function unread(chatId) {
  return messagesOf(chatId).filter((message) => message.is_bots && message.message_id > (seen[chatId] ?? 0)).length;
}

export function markSeen(chatId) {
  const newest = messagesOf(chatId).at(-1)?.message_id ?? 0;
  if ((seen[chatId] ?? 0) >= newest) return;
  seen[chatId] = newest;
  localStorage.setItem(`seen ${model.session}`, JSON.stringify(seen));
}

export function plainPreview(message) {
  if (!message) return "";
  const said = message.text ?? message.caption ?? kindOf(message) ?? serviceText(message);
  return said.split("\n").find((line) => line.trim()) ?? "";
}

function kindOf(message) {
  if (message.photo) return "Photo";
  if (message.location) return "Location";
  return message.document?.file_name;
}

// The keys below the input: those of the newest message that says anything about them.
export function keyboardOf(chatId) {
  const newest = messagesOf(chatId).findLast((message) => message.keyboard);
  return newest?.keyboard.rows.length ? newest.keyboard : null;
}

export function serviceText(message) {
  if (message.pinned_message) return `${message.from?.first_name ?? message.sender_chat?.title} pinned “${plainPreview(message.pinned_message)}”`;
  if (message.forum_topic_created) return `Topic “${message.forum_topic_created.name}” was opened`;
  if (message.forum_topic_closed) return "Topic closed";
  if (message.forum_topic_reopened) return "Topic reopened";
  if (message.new_chat_members) return `${message.new_chat_members.map((user) => user.first_name).join(", ")} joined`;
  if (message.left_chat_member) return `${message.left_chat_member.first_name} left`;
  if (message.migrate_to_chat_id) return "The group was upgraded to a supergroup";
  if (message.migrate_from_chat_id) return "This supergroup was a basic group before";
  return "";
}
