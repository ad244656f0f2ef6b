// The device's screen: Amazon's own engine, in a frame without origin or network. The page outside sends documents in,
// and is told what was touched.
"use strict";

// At once after the engine's own script, or its promise is never kept.
const started = AplRenderer.initEngine();

let renderer = null;
let shape = { width: 1024, height: 600, round: false };
let wanted = 0; // counts documents, so that a later one wins over one that is still being prepared

const tell = (message) => parent.postMessage(message, "*"); // whoever framed it is the page: no other may

function clear() {
  wanted += 1;
  renderer?.destroy();
  renderer = null;
  document.getElementById("view").replaceWith(emptyView());
}

function emptyView() {
  const view = document.createElement("div");
  view.id = "view";
  return view;
}

/** Fits the device's pixels into the frame. */
function fit() {
  document.getElementById("view").style.transform = `scale(${innerWidth / shape.width})`;
}

/** `since`: the moment when the reply began, from which the document counts its time. */
async function render(directive, since) {
  clear();
  const mine = wanted;
  await started;
  if (mine !== wanted) return;
  const content = AplRenderer.Content.create(JSON.stringify(directive.document));
  const sources = directive.datasources || {};
  for (const name of directive.document.mainTemplate.parameters || []) {
    content.addData(name, JSON.stringify(name === "payload" ? sources : sources[name] || {}));
  }
  renderer = AplRenderer.default.create({
    content,
    view: document.getElementById("view"),
    viewport: { width: shape.width, height: shape.height, dpi: 160, isRound: shape.round },
    mode: "HUB",
    theme: "dark",
    environment: { agentName: "bedside", agentVersion: "1", allowOpenUrl: false, disallowVideo: true },
    utcTime: Date.now(),
    localTimeAdjustment: -new Date().getTimezoneOffset() * 60_000,
    logLevel: "error",
    notLoadFonts: true,
    developerToolOptions: { mappingKey: "auth-id", writeKeys: ["auth-id"] },
    onSendEvent: (event) => tell({ kind: "touched", arguments: event.arguments }),
    onRunTimeError: (errors) => tell({ kind: "failed", why: JSON.stringify(errors) }),
  });
  renderer.startTime = since; // else it would be the first frame, which comes when all is laid out
  fit();
  await renderer.init();
}

addEventListener("resize", fit);
addEventListener("message", async ({ source, data }) => {
  if (source !== parent) return;
  try {
    if (data.kind === "shape") shape = data.shape;
    if (data.kind === "shape" || data.kind === "clear") clear();
    if (data.kind === "render") await render(data.directive, data.since);
  } catch (error) {
    tell({ kind: "failed", why: String(error) });
  }
});
started.then(
  () => tell({ kind: "ready" }),
  (error) => tell({ kind: "failed", why: String(error) }),
);
