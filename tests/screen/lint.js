// Amazon's linter for screens: reads APL documents, one JSON object a line, and prints what it finds, one JSON list a line.
// Usage: node lint.js <the folder of apl-suggester>
const { StaticAplTemplateValidator } = require(process.argv[2]);
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean);
(async () => {
  for (const line of lines) {
    const found = await new StaticAplTemplateValidator().validate(JSON.parse(line));
    console.log(JSON.stringify(found));
  }
})();
