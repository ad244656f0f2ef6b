// The log of what is said, with its clock; and the envelopes.

const MOST_EXCHANGES = 60;

const journal = document.getElementById("journal");
const exchanges = document.getElementById("exchanges");
const count = document.getElementById("envelope-count");
let counted = 0;

function made(kind, name, text) {
  const element = document.createElement(kind);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Minutes and seconds, the fraction cut off as a clock shows it. */
export function clock(seconds) {
  const whole = Math.floor(seconds + 0.0005);
  return [Math.floor(whole / 60), whole % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

function add(item) {
  const atEnd = journal.scrollHeight - journal.scrollTop - journal.clientHeight < 80;
  journal.append(item);
  if (atEnd) journal.scrollTop = journal.scrollHeight;
}

function entry(name, at, text, lang) {
  const item = made("li", name);
  const time = made("time", "", at === null ? "" : clock(at));
  const words = made("p", "", text);
  if (lang) words.lang = lang;
  const said = made("div");
  said.append(words);
  item.append(time, said);
  return item;
}

/** What you said or touched, and what it was taken for. */
export function you(turn, said, lang) {
  const item = entry("you", turn.at, `“${said}”`, lang);
  const slots = Object.entries(turn.slots).map(([name, value]) => `${name} ${value}`);
  if (turn.intent) item.lastChild.append(made("p", "taken", [turn.intent, ...slots].join(" · ")));
  add(item);
}

/** What was touched on the screen, by the name that it sends. */
export const touched = (turn, what) => add(entry("you touched", turn.at, `[${what}]`));

/** What the device says, at its second. */
export function heard(turn, event, lang) {
  const item = entry("cue", turn.at + event.at, event.text, lang);
  item.dataset.at = event.at;
  add(item);
}

/** A stage direction: listening, asleep, a new session. */
export const direction = (text) => add(entry("direction", null, text));

/** What went wrong, in one line, with what a device would reject. */
export function fault(text, problems = []) {
  const item = entry("fault", null, text);
  if (problems.length) {
    const list = made("ul");
    list.append(...problems.map((problem) => made("li", "", problem)));
    item.lastChild.append(list);
  }
  add(item);
}

export function envelopes(several) {
  for (const { request, response } of several) {
    const asked = request.request;
    const item = made("details");
    const summary = made("summary");
    summary.append(
      made("b", "", asked.intent?.name || asked.type),
      made("span", "", asked.timestamp.replace("T", " ").replace("Z", "")),
      made("span", "", size(request)),
      made("span", "", response === null ? "no answer" : size(response)),
    );
    item.append(summary);
    item.addEventListener("toggle", () => item.open && item.childElementCount === 1 && item.append(pair(request, response)));
    const row = made("li");
    row.append(item);
    exchanges.prepend(row);
    counted += 1;
  }
  while (exchanges.childElementCount > MOST_EXCHANGES) exchanges.lastChild.remove();
  count.textContent = counted === 1 ? "1 exchange" : `${counted} exchanges`;
}

function pair(request, response) {
  const both = made("div", "pair");
  for (const [name, envelope] of [["Request", request], ["Response", response]]) {
    const part = made("section");
    const text = made("pre", "", JSON.stringify(envelope, null, 2));
    text.tabIndex = 0;
    text.setAttribute("aria-label", name);
    part.append(made("h3", "", name), text);
    both.append(part);
  }
  return both;
}

const size = (envelope) => `${(new TextEncoder().encode(JSON.stringify(envelope)).length / 1024).toFixed(1)} KB`;
