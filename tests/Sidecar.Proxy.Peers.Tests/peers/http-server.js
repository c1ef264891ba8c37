'use strict';
const { createHash } = require('node:crypto');
const http = require('node:http');

const server = http.createServer((request, response) => {
  if (request.url === '/large') {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    for (let i = 0; i < 64; i++) response.write(Buffer.alloc(64 * 1024, i));
    response.end();
    return;
  }
  if (request.url === '/broken') {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('half', () => request.socket.destroy());
    return;
  }
  const hash = createHash('sha256');
  request.on('data', (data) => hash.update(data));
  request.on('end', () => {
    response.setHeader('trailer', 'x-sum');
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write(`${request.method} ${request.url} ${request.httpVersion} ${request.headers.host}\n`);
    response.addTrailers({ 'x-sum': hash.digest('hex') });
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
