// Before the engine's script: its styles name fonts on a server of Amazon's, and it asks for every one of them as it
// starts. Without those rules text is in a font of this machine. An observer runs before anything is drawn.
"use strict";

new MutationObserver((changes) => {
  const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
  for (const { sheet } of added.filter((node) => node instanceof HTMLStyleElement && node.sheet)) {
    for (let index = sheet.cssRules.length - 1; index >= 0; index -= 1) {
      if (sheet.cssRules[index] instanceof CSSFontFaceRule) sheet.deleteRule(index);
    }
  }
}).observe(document, { childList: true, subtree: true });
