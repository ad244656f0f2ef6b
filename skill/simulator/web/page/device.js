// The device to look at: its light, its clock, and its screen.

const device = document.getElementById("device");
const frame = document.getElementById("screen");
const now = document.getElementById("now");
const state = document.getElementById("state");
const announced = document.getElementById("announced"); // for those who hear the page: only what calls for an answer, or ends
const digits = device.querySelector(".digits");
const home = device.querySelector(".home");
const plain = device.querySelector(".plain-screen");

export const RENDER = "Alexa.Presentation.APL.RenderDocument";
const IDLE = 30_000; // milliseconds that a device keeps a document which does not say for how long

export class Device {
  #shape = null;
  #ready = false;
  #waiting = null; // the document that came before the screen's engine was there
  #idle = null;

  /** `engine`: whether Amazon's is installed. `onTouch(arguments)`, `onFault(text)`. */
  constructor({ engine, onTouch, onFault }) {
    this.engine = engine;
    addEventListener("message", ({ source, data }) => {
      if (source !== frame.contentWindow) return;
      if (data.kind === "ready") this.#started();
      if (data.kind === "touched") onTouch(data.arguments);
      if (data.kind === "failed") onFault(`The screen's engine failed: ${data.why}`);
    });
    setInterval(() => this.#tick(), 1000);
    this.#tick();
    this.asleep();
  }

  /** `kind` is echo or show, `shape` one of those that the server offers. */
  become(kind, shape) {
    this.#shape = shape;
    device.dataset.kind = kind;
    device.dataset.shape = shape.name;
    device.classList.toggle("round", shape.round);
    device.style.setProperty("--ratio", shape.width / shape.height);
    if (kind === "show" && this.engine && !frame.getAttribute("src")) frame.src = "screen.html";
    this.#send({ kind: "shape", shape });
    this.asleep();
  }

  /** A response has come: its document, where it has one, from now on. */
  show(response) {
    const directives = response?.response?.directives || [];
    const directive = directives.findLast((one) => one.type === RENDER);
    clearTimeout(this.#idle);
    if (!directive) return;
    device.classList.add("lit");
    frame.hidden = !this.engine;
    this.#waiting = { kind: "render", directive, since: Date.now() };
    if (this.#ready) this.#started();
    device.dataset.idle = directive.document.settings?.idleTimeout ?? IDLE;
  }

  /** The words that sound now: on the stand, and on a screen without an engine. */
  say(text) {
    now.textContent = text;
    plain.textContent = this.engine ? "" : text;
  }

  pass({ kind, left, lasts, speaking, timed }) {
    const seconds = Math.ceil(left);
    device.dataset.state = speaking ? "speaking" : kind;
    device.classList.toggle("counting", kind === "hold");
    device.style.setProperty("--left", lasts ? left / lasts : 0);
    this.#write({ hold: "hold", listening: "listening", speaking: "speaking", quiet: timed ? "in the middle of a set" : "quiet" }[kind], left ? seconds : "");
    this.#digits(kind === "hold" ? seconds : null);
    if (kind === "listening") this.say("");
  }

  thinking() {
    device.dataset.state = "thinking";
    device.classList.remove("counting");
    this.#digits(null);
  }

  hearing() {
    device.dataset.state = "listening";
    this.#write("your browser is listening");
  }

  /** The session is over. `lingers`: the skill closed it, so its last page stays as long as the document says. */
  asleep(lingers = false) {
    device.dataset.state = "asleep";
    device.classList.remove("counting");
    this.say("");
    this.#write("asleep");
    this.#digits(null);
    clearTimeout(this.#idle);
    if (lingers) this.#idle = setTimeout(() => this.#dark(), Number(device.dataset.idle || 0));
    else this.#dark();
  }

  #dark() {
    device.classList.remove("lit");
    frame.hidden = true;
    this.#waiting = null;
    this.#send({ kind: "clear" });
  }

  #started() {
    if (!this.#ready) {
      this.#ready = true;
      this.#send({ kind: "shape", shape: this.#shape });
    }
    if (this.#waiting) this.#send(this.#waiting);
    this.#waiting = null;
  }

  #send(message) {
    if (this.#ready) frame.contentWindow.postMessage(message, "*"); // the frame's origin is opaque; it is ours
  }

  #write(text, seconds = "") {
    if (state.textContent !== text) {
      state.textContent = text;
      if (["listening", "your browser is listening", "asleep"].includes(text)) announced.textContent = text;
    }
    if (state.dataset.seconds !== String(seconds)) state.dataset.seconds = seconds;
  }

  #digits(seconds) {
    this.counted = seconds;
    this.#tick();
  }

  #tick() {
    const time = new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit", hour12: false });
    const shown = this.counted === null || this.counted === undefined ? time : String(this.counted);
    if (digits.textContent !== shown) digits.textContent = shown;
    if (home.textContent !== time) home.textContent = time;
  }
}
