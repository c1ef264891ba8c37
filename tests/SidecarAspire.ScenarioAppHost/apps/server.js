'use strict';

// Answers every request; ends when told to.
const server = require('node:http').createServer((req, res) => res.end('hello')).listen(process.env.PORT || 0, 'localhost', () => {
  console.log(`listening on ${server.address().port}`);
});
process.once('SIGTERM', () => process.exit(0));
