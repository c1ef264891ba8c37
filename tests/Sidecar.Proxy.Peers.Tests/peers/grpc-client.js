'use strict';
// node grpc-client.js <port> <case>: prints what came back, a line each.
const grpc = require('@grpc/grpc-js');
const { loadSync } = require('@grpc/proto-loader');
const { sidecar } = grpc.loadPackageDefinition(loadSync(`${__dirname}/echo.proto`));

const [, , port, name] = process.argv;
const client = new sidecar.Echo(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), { 'grpc.max_receive_message_length': -1 });
const said = new grpc.Metadata();
said.set('x-said', 'hello');

const unary = (error, words) => console.log(error ? `status ${error.code} ${error.details}` : `text ${words.text.length > 100 ? words.text.length : words.text}`);
const stream = (call) => {
  call.on('data', (words) => console.log(`text ${words.text}`));
  call.on('error', (error) => console.log(`status ${error.code} ${error.details}`));
  call.on('end', () => console.log('end'));
  return call;
};

const cases = {
  say() {
    const call = client.Say({ text: 'hi' }, said, unary);
    call.on('metadata', (metadata) => console.log(`x-heard ${metadata.get('x-heard')}`));
    call.on('status', (status) => console.log(`status ${status.code} x-trailer ${status.metadata.get('x-trailer')}`));
  },
  large() {
    client.Say({ text: 'x'.repeat(5_000_000) }, unary);
  },
  count() {
    stream(client.Count({ text: '3' }));
  },
  gather() {
    const call = client.Gather(unary);
    for (const text of ['a', 'b', 'c']) call.write({ text });
    call.end();
  },
  // Each word waits for the echo of the one before: nothing on the way may hold one back.
  talk() {
    const words = ['one', 'two', 'three'];
    const call = stream(client.Talk());
    call.on('data', () => (words.length > 0 ? call.write({ text: words.shift() }) : call.end()));
    call.write({ text: words.shift() });
  },
  fail() {
    const call = client.Fail({ text: '' }, unary);
    call.on('status', (status) => console.log(`x-trailer ${status.metadata.get('x-trailer')}`));
  },
  deadline() {
    client.Wait({ text: '' }, new grpc.Metadata(), { deadline: Date.now() + 300 }, (error) => console.log(`status ${error.code}`));
  },
};
cases[name]();
