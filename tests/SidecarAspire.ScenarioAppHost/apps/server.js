'use strict';

// Answers every request, one with what it was given; ends when told to.
const server = require('node:http').createServer((req, res) => res.end(req.url === '/given' ? `${process.env.TEMPLATE} ${process.argv[2]}` : 'hello')).listen(process.env.PORT || 0, 'localhost', () => {
  console.log(`listening on ${server.address().port}`);
});
process.once('SIGTERM', () => process.exit(0));
