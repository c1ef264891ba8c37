'use strict';

const http = require('node:http');
const { setTimeout: wait } = require('node:timers/promises');
const express = require('express');
const accounts = require('./accounts');

const port = Number(process.env.PORT || 8080);
const host = process.env.HOST || undefined;

const app = express();

app.get('/', (req, res) => {
  res.send('Hello you!');
});

app.get('/accounts/:id', (req, res, next) => {
  const account = accounts.find(req.params.id);
  if (!account) return next();
  res.json(account);
});

app.get('/statements/:id', async (req, res, next) => {
  const account = accounts.find(req.params.id);
  if (!account) return next();
  res.type('text/csv');
  res.write('date,text,amount\n');
  for (const line of accounts.statement(account)) {
    await wait(milliseconds(req.query.ms, 20));
    if (res.destroyed) return;
    res.write(`${line.date},${line.text},${line.amount.toFixed(2)}\n`);
  }
  res.end();
});

app.get('/reports/slow', async (req, res) => {
  const started = Date.now();
  await wait(milliseconds(req.query.ms, 2000));
  res.json({ report: 'accounts by balance', took: Date.now() - started, rows: accounts.byBalance() });
});

app.post('/echo', (req, res) => {
  const type = req.get('Content-Type');
  if (type) res.setHeader('Content-Type', type);
  req.pipe(res);
});

// What operations asked for once, to see what the load balancer sends.
app.get('/debug/headers', (req, res) => {
  res.json(req.headers);
});

app.use((req, res) => {
  res.status(404).json({ error: 'not found', path: req.path });
});

function milliseconds(value, fallback) {
  const parsed = Number.parseInt(value, 10);
  return Number.isNaN(parsed) ? fallback : Math.min(Math.max(parsed, 0), 60_000);
}

const server = http.createServer(app).listen(port, host, () => {
  console.log(`Accounts listening on port ${server.address().port}`);
});

// As process 1 of a container Node ignores the signals it has no handler for.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => server.close(() => process.exit(0)));
}
