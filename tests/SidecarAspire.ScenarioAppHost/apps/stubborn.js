'use strict';

// Answers every request and does not end when told to.
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});
require('node:http').createServer((req, res) => res.end('hello')).listen(process.env.PORT || 0, 'localhost');
