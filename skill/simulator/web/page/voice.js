// The browser's own voice, brought to the pace that the skill reckons with.

const LOUDNESS = { normal: 1, soft: 0.7, whisper: 0.4 };
const PACE = { least: 0.7, most: 1.6 };

export class Voice {
  on = true;
  #pace = 1;

  constructor(synthesis) {
    this.synthesis = synthesis;
  }

  /** A voice that speaks on this machine; one that a server speaks would be sent the words. */
  find(locale) {
    const own = (this.synthesis?.getVoices() || []).filter((voice) => voice.localService);
    const named = (voice) => voice.lang.replace("_", "-");
    return (
      own.find((voice) => named(voice) === locale) ||
      own.find((voice) => named(voice).split("-")[0] === locale.split("-")[0])
    );
  }

  /** Says an event's words at once, and cuts off what is still being said. */
  speak(event, locale) {
    this.hush();
    const voice = this.find(locale);
    if (!this.on || !voice) return;
    const words = new SpeechSynthesisUtterance(event.text);
    Object.assign(words, { voice, lang: locale, volume: LOUDNESS[event.voice], rate: this.#pace });
    let began = null;
    words.onstart = () => (began = performance.now());
    words.onend = () => {
      const took = (performance.now() - began) / 1000;
      if (began === null || took < 0.5 || took >= event.lasts * 3) return;
      this.#pace = Math.min(PACE.most, Math.max(PACE.least, (this.#pace * took) / event.lasts));
    };
    this.synthesis.speak(words);
  }

  hush() {
    this.synthesis?.cancel();
  }
}
