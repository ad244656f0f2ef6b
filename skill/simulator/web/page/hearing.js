// The browser's own speech recognition, where it has one. It listens only while its button is pressed in.

const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;

export const canHear = Boolean(Recognition);

const WHY = {
  "not-allowed": "The browser may not use the microphone. Allow it for this page beside its address, then press again.",
  "service-not-allowed": "The browser may not use its speech recognition.",
  "audio-capture": "There is no microphone.",
  network: "The browser could not reach its speech recognition.",
  "no-speech": "Nothing was heard.",
};

/** Listens for one utterance: `onWords(words, isFinal)` as they come, `onEnd(why)` with a reason where it failed. Returns how to stop. */
export function listen(locale, { onWords, onEnd }) {
  const recognition = new Recognition();
  let why = "";
  Object.assign(recognition, { lang: locale, interimResults: true, continuous: false, maxAlternatives: 1 });
  recognition.onresult = ({ results }) => {
    const words = [...results].map((result) => result[0].transcript).join(" ");
    onWords(words, [...results].every((result) => result.isFinal));
  };
  recognition.onerror = ({ error }) => {
    why = error === "aborted" ? "" : WHY[error] || `Speech recognition failed: ${error}.`;
  };
  recognition.onend = () => onEnd(why);
  try {
    recognition.start();
  } catch (error) {
    queueMicrotask(() => onEnd(`Speech recognition could not start: ${error.message}`));
    return () => {};
  }
  return () => recognition.abort();
}
