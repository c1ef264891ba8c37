'use strict';
// node ws-client.js <port> <case>: prints what came back, a line each.
const { createHash, randomBytes } = require('node:crypto');
const WebSocket = require('ws');

const [, , port, name] = process.argv;
const socket = new WebSocket(`ws://127.0.0.1:${port}/chat?room=1`, ['v1', 'v2']);
const hash = (data) => createHash('sha256').update(data).digest('hex');
const large = randomBytes(3_000_000);

socket.on('error', (error) => console.log(`error ${error.message}`));
socket.on('close', (code, reason) => console.log(`close ${code} ${reason}`));
socket.on('message', (data, isBinary) => {
  if (!isBinary) console.log(`text ${data}`);
  else console.log(hash(data) === hash(large) ? 'same bytes' : 'other bytes');
});

const cases = {
  echo() {
    socket.send('hällo');
    socket.send(large);
    socket.once('message', () => socket.once('message', () => socket.close(4000, 'done')));
  },
  ping() {
    socket.on('pong', (data) => {
      console.log(`pong ${data}`);
      socket.close(1000);
    });
    socket.ping('are you there');
  },
  leave() {
    socket.send('leave');
  },
  vanish() {
    socket.terminate();
  },
};
socket.on('open', cases[name]);
