'use strict';
const { WebSocketServer } = require('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: true, handleProtocols: (protocols) => [...protocols].at(-1) });
server.on('listening', () => console.log(`listening ${server.address().port}`));
server.on('connection', (socket, request) => {
  console.log(`open ${request.url} ${socket.protocol || '-'} ${socket.extensions || '-'}`);
  socket.on('message', (data, isBinary) => (data.toString() === 'leave' ? socket.close(4001, 'as you wish') : socket.send(data, { binary: isBinary })));
  socket.on('ping', (data) => console.log(`ping ${data}`));
  socket.on('close', (code, reason) => console.log(`close ${code} ${reason}`));
});
