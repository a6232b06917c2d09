// A mocha reporter: prints what `spec` prints, and writes mocha's own counts as JSON to the file named by
// REVERIE_TEST_COUNTS.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class SpecAndCounts extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats;
      writeFileSync(process.env.REVERIE_TEST_COUNTS, `${JSON.stringify({ passes, failures, pending })}\n`);
    });
  }
};
