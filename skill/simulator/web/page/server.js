// The speaker that stands on the server for this tab.

/** What the server would not do; `problems` and `exchanges` are there where a device would reject the skill's answer. */
export class Refused extends Error {
  constructor(status, told) {
    super(told.error || `The server answered ${status}.`);
    Object.assign(this, { status, problems: told.problems || [], exchanges: told.exchanges || [] });
  }
}

const tab = (sessionStorage.tab ||= crypto.randomUUID());
let before = Promise.resolve(); // one request at a time, in the order of what happened

async function send(method, path, body) {
  const headers = body && { "Content-Type": "application/json" };
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) }).catch(() => {
    throw new Refused(0, { error: "The server does not answer: is make serve still running?" });
  });
  const told = await response.json();
  if (!response.ok) throw new Refused(response.status, told);
  return told;
}

export const choices = () => send("GET", "choices");

/** `setting`: device, shape and locale. The tab's former speaker is unplugged. */
export const put = (setting) => (before = before.catch(() => {}).then(() => send("PUT", `speakers/${tab}`, setting)));

/** One of say, touch, silence and close; `after` is in seconds since the last request. */
export const act = (what, body) =>
  (before = before.catch(() => {}).then(() => send("POST", `speakers/${tab}/${what}`, body)));
