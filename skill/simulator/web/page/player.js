// A turn on the clock: every event at its second from the start of the reply.

const GLANCE = 100; // milliseconds between two looks at the clock

export class Player {
  #turn = null;
  #started = null;
  #timer = null;
  #glances = null;

  /** `onEvent(turn, event)` at each event's second, `onMoment(now)` as time passes, `onOver(turn)` when nobody has answered. */
  constructor({ onEvent, onMoment, onOver }) {
    Object.assign(this, { onEvent, onMoment, onOver });
  }

  get turn() {
    return this.#turn;
  }

  /** Seconds from the start of the last reply, which goes on counting after it; null before any. */
  get second() {
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
  }

  #next(index) {
    const turn = this.#turn;
    const event = turn.events[index];
    const over = index >= turn.events.length;
    const at = over ? turn.lasts : event.at;
    const left = at - this.second;
    if (left > 0.002) {
      this.#timer = setTimeout(() => this.#next(index), left * 1000);
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
  if (!last) return { kind: "quiet", left: 0, lasts: 0 };
  if (last.kind === "listening") {
    const left = last.at + last.lasts - second;
    return left > 0 ? { kind: "listening", left, lasts: last.lasts } : { kind: "quiet", left: 0, lasts: 0 };
  }
  const speaking = second < last.at + last.lasts;
  const hold = begun.findLast((event) => event.hold && event.at + event.hold > second);
  if (hold) return { kind: "hold", left: hold.at + hold.hold - second, lasts: hold.hold, speaking };
  return { kind: speaking ? "speaking" : "quiet", left: 0, lasts: 0, speaking };
}
