'use strict';
// node validate.js MANIFEST...: one line for each error, and exit code 1 when there are any.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const Ajv = require('ajv').default;

// aspire-8.0.json is the schema that https://json.schemastore.org/aspire-8.0.json publishes, as its $id says.
const schema = JSON.parse(readFileSync(join(__dirname, 'aspire-8.0.json'), 'utf8'));
// Strict: a word of the schema that is not understood is an error, not a check that is left out.
const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(schema);
for (const path of process.argv.slice(2)) {
  if (!validate(JSON.parse(readFileSync(path, 'utf8')))) {
    process.exitCode = 1;
    for (const error of validate.errors) {
      console.log(`${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
    }
  }
}
