'use strict';

// service - target - route - time, as the seed articles log it; with connections to the application kept alive.
const http = require('node:http');
const express = require('express');
const httpProxy = require('http-proxy');

const { SRV_NAME: service, TARGET: target, PORT: port, LOG: log } = process.env;
const proxy = httpProxy.createProxyServer({ target, agent: new http.Agent({ keepAlive: true, maxFreeSockets: 512 }) });
proxy.on('error', (error, request, response) => {
  if (response.writeHead) response.writeHead(502);
  response.end();
});

const app = express();
app.disable('x-powered-by');
app.use((request, response) => {
  if (log !== 'off') console.log(`${service} - ${target} - ${request.url} - ${Date.now()}`);
  proxy.web(request, response);
});

const server = http.createServer({ keepAliveTimeout: 3_600_000 }, app);
server.on('upgrade', (request, socket, head) => proxy.ws(request, socket, head));
server.listen({ port, host: '127.0.0.1', backlog: 4096 });
