// The bedside page: what is said and touched goes to the speaker on the server, and what comes back is performed.

import { Device } from "./device.js";
import { canHear, listen } from "./hearing.js";
import * as log from "./log.js";
import { Player } from "./player.js";
import * as server from "./server.js";
import { Voice } from "./voice.js";

const [ASLEEP, AWAKE] = ["Say what hurts…", "Say anything, also now…"];
const LONGEST_AFTER = 86400; // seconds; what came before is another night's

const at = (id) => document.getElementById(id);
const [composer, utterance, speak, kind, shape, locale] = ["composer", "utterance", "speak", "device-kind", "shape", "locale"].map(at);
const voice = new Voice(window.speechSynthesis);
const setting = () => ({ device: kind.value, shape: shape.value, locale: locale.value });

let shapes = [];
let examples = {}; // of each locale
let device;
let fresh = true; // no turn yet on this speaker
let stopHearing = null;

const player = new Player({
  onEvent(turn, event) {
    if (event.kind === "listening") {
      log.direction("listening");
      return;
    }
    log.heard(turn, event, locale.value);
    device.say(event.text);
    if (!stopHearing) voice.speak(event, locale.value); // never into a microphone of its own
  },
  onMoment: (moment) => stopHearing || device.pass(moment),
  async onOver(turn) {
    if (turn.ends) return asleep(true);
    // Where Alexa herself had asked, the skill is told of the silence, and answers.
    await took("silence", {}, (next, response) => (next?.events.length ? perform(next, response) : asleep(false)));
  },
});

function asleep(lingers) {
  device.asleep(lingers);
  utterance.placeholder = ASLEEP;
  log.direction("asleep");
}

/** What went wrong, where one looks, and in the log. */
function trouble(text, problems = []) {
  at("trouble").textContent = text;
  at("trouble").hidden = false;
  log.fault(text, problems);
}

const after = () => (fresh || player.second === null ? null : Math.min(player.second, LONGEST_AFTER));

/** One act at the speaker; `then(turn, response)` with what came of it. What goes wrong is shown. */
async function took(what, body, then, replace = true) {
  try {
    const { turn, exchanges } = await server.act(what, body);
    at("trouble").hidden = true;
    log.envelopes(exchanges);
    fresh = false;
    then(turn, exchanges.at(-1)?.response);
  } catch (error) {
    if (error.status === 404 && what !== "silence" && replace) return replaced(what, body, then);
    log.envelopes(error.exchanges || []);
    trouble(error.message, error.problems);
    if (what === "say" && !utterance.value) utterance.value = body.utterance; // to be sent again
    device.asleep(false);
  }
}

/** The server has forgotten this tab's speaker, or was started again: a new one, and the same words to it. */
async function replaced(what, body, then) {
  await plugIn();
  await took(what, { ...body, after: null }, then, false);
}

async function say(words) {
  const said = words.trim();
  if (!said) return;
  utterance.value = "";
  const body = { utterance: said, after: after() };
  interrupt();
  await took("say", body, (turn, response) => perform(turn, response, said));
}

async function touch(arguments_) {
  const body = { arguments: arguments_, after: after() };
  interrupt();
  utterance.focus({ preventScroll: true });
  await took("touch", body, (turn, response) => perform(turn, response, arguments_.join(" ")));
}

function interrupt() {
  player.stop();
  voice.hush();
  device.thinking();
}

/** `said` is what was said or touched; nothing, where the device went on by itself. */
function perform(turn, response, said) {
  if (turn.opens) log.direction("a new session");
  if (turn.intent) log.you(turn, said, locale.value);
  else if (said) log.touched(turn, said);
  device.show(response);
  utterance.placeholder = turn.ends ? ASLEEP : AWAKE;
  player.play(turn);
}

async function plugIn() {
  interrupt();
  fresh = true;
  device.become(kind.value, shapes.find(({ name }) => name === shape.value));
  at("shape-choice").hidden = kind.value !== "show";
  Object.assign(sessionStorage, setting());
  hintVoice();
  offer(examples[locale.value]);
  try {
    await server.put(setting());
  } catch (error) {
    trouble(error.message);
  }
}

async function endSession() {
  const body = { after: after() };
  interrupt();
  await took("close", body, () => asleep(false));
  utterance.focus({ preventScroll: true });
}

function hintVoice() {
  const missing = voice.on && !voice.find(locale.value);
  at("voice-hint").hidden = !missing;
  at("voice-hint").textContent = missing ? "This browser has no voice of its own for this language: the words are shown only." : "";
}

function hear() {
  if (stopHearing) return stopHearing();
  const typed = utterance.value;
  let heard = false;
  voice.hush();
  player.hold();
  speak.setAttribute("aria-pressed", "true");
  stopHearing = listen(locale.value, {
    onWords(words, isFinal) {
      utterance.value = words;
      heard ||= isFinal;
      if (isFinal) say(words);
    },
    onEnd(why) {
      stopHearing = null;
      speak.setAttribute("aria-pressed", "false");
      if (heard) return;
      if (why) trouble(why);
      utterance.value = typed;
      player.release();
      if (!player.turn) device.asleep(true);
    },
  });
  device.hearing();
}

/** Things to say, to be pressed. */
function offer(several) {
  at("examples").lang = locale.value;
  at("examples").replaceChildren(
    ...several.map((words) => {
      const [item, button] = ["li", "button"].map((name) => document.createElement(name));
      Object.assign(button, { type: "button", textContent: words });
      item.append(button);
      return item;
    }),
  );
}

function fill(select, options, chosen) {
  select.replaceChildren(...options.map(([value, label]) => new Option(label, value, false, value === chosen)));
}

async function begin() {
  const offered = await server.choices();
  ({ shapes, examples } = offered);
  fill(shape, shapes.map(({ name, width, height }) => [name, `${name}, ${width} × ${height}`]), sessionStorage.shape || "hub");
  fill(locale, offered.locales.map((name) => [name, name]), sessionStorage.locale || "en-US");
  kind.value = sessionStorage.device || (offered.engine ? "show" : "echo");
  device = new Device({ engine: offered.engine, onTouch: touch, onFault: trouble });
  if (!offered.engine) {
    log.direction("Amazon's engine for screens is not installed (npm was not here when make installed things): a screen shows the words as text.");
  }
  await plugIn();
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  say(utterance.value);
});
at("examples").addEventListener("click", ({ target }) => {
  if (target.closest("button")) say(target.textContent);
  utterance.focus({ preventScroll: true });
});
for (const select of [kind, shape, locale]) select.addEventListener("change", plugIn);
at("choices").addEventListener("submit", (event) => event.preventDefault());
at("new-session").addEventListener("click", endSession);
at("voice").addEventListener("change", ({ target }) => {
  voice.on = target.checked;
  voice.hush();
  hintVoice();
});
window.speechSynthesis?.addEventListener("voiceschanged", hintVoice);
speak.addEventListener("click", hear);
speak.hidden = !canHear;
if (!canHear) at("speak-hint").textContent = "This browser has no speech recognition: type what you would say.";
// Whatever is typed is meant for the speaker, wherever the focus is.
document.addEventListener("keydown", (event) => {
  const typing = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (typing && !event.target.closest("input, select, textarea")) utterance.focus({ preventScroll: true });
});
utterance.focus({ preventScroll: true });
begin().catch((error) => trouble(`The page could not begin: ${error.message}`));
