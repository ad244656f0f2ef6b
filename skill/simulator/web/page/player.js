// A turn on the clock: every event at its second from the start of the reply.

const GLANCE = 100; // milliseconds between two looks at the clock

export class Player {
  #turn = null;
  #started = null;
  #timer = null;
  #glances = null;
  #held = false;
  #stalled = null; // where the turn waits, while it is held: { index, since, second }

  /** `onEvent(turn, event)` at each event's second, `onMoment(now)` as time passes, `onOver(turn)` when nobody has answered. */
  constructor({ onEvent, onMoment, onOver }) {
    Object.assign(this, { onEvent, onMoment, onOver });
  }

  get turn() {
    return this.#turn;
  }

  /** Seconds from the start of the last reply, which goes on counting after it; null before any. */
  get second() {
    if (this.#stalled) return this.#stalled.second;
    return this.#started === null ? null : (performance.now() - this.#started) / 1000;
  }

  play(turn) {
    this.stop();
    this.#turn = turn;
    this.#started = performance.now();
    this.#glances = setInterval(() => this.onMoment(moment(turn, this.second)), GLANCE);
    this.#next(0);
  }

  /** Stops in mid-reply; the clock goes on. */
  stop() {
    clearTimeout(this.#timer);
    clearInterval(this.#glances);
    this.#turn = null;
    if (this.#stalled) this.release();
    this.#held = false;
  }

  /** Somebody is about to speak: what would follow an open microphone waits until `release`. */
  hold() {
    this.#held = true;
  }

  release() {
    this.#held = false;
    const stalled = this.#stalled;
    if (!stalled) return;
    this.#stalled = null;
    this.#started += performance.now() - stalled.since;
    if (this.#turn) this.#next(stalled.index);
  }

  #next(index) {
    const turn = this.#turn;
    const event = turn.events[index];
    const over = index >= turn.events.length;
    const at = over ? turn.lasts : event.at;
    const left = at - this.second;
    if (left > 0.002) {
      this.#timer = setTimeout(() => this.#next(index), left * 1000);
    } else if (this.#held && turn.events[index - 1]?.kind === "listening") {
      this.#stalled = { index, since: performance.now(), second: this.second };
    } else if (over) {
      this.stop();
      this.onOver(turn);
    } else {
      this.onEvent(turn, event);
      if (this.#turn === turn) this.#next(index + 1);
    }
  }
}

/** What runs at a second: the open microphone or a hold, with the seconds that are left of it and its length. */
export function moment(turn, second) {
  const begun = turn.events.filter((event) => event.at <= second);
  const last = begun.at(-1);
  const quiet = { kind: "quiet", left: 0, lasts: 0, timed: turn.events.some((event) => event.hold) };
  if (!last) return quiet;
  if (last.kind === "listening") {
    const left = last.at + last.lasts - second;
    return left > 0 ? { kind: "listening", left, lasts: last.lasts } : quiet;
  }
  const speaking = second < last.at + last.lasts;
  const hold = begun.findLast((event) => event.hold && event.at + event.hold > second);
  if (hold) return { kind: "hold", left: hold.at + hold.hold - second, lasts: hold.hold, speaking };
  return speaking ? { ...quiet, kind: "speaking", speaking } : quiet;
}
