'use strict';
const grpc = require('@grpc/grpc-js');
const { loadSync } = require('@grpc/proto-loader');
const { sidecar } = grpc.loadPackageDefinition(loadSync(`${__dirname}/echo.proto`));

const trailers = () => {
  const metadata = new grpc.Metadata();
  metadata.set('x-trailer', 'last');
  return metadata;
};

const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
server.addService(sidecar.Echo.service, {
  Say(call, answer) {
    const first = new grpc.Metadata();
    first.set('x-heard', call.metadata.get('x-said')[0] ?? 'nothing');
    call.sendMetadata(first);
    answer(null, call.request, trailers());
  },
  Count(call) {
    for (let i = 1; i <= Number(call.request.text); i++) call.write({ text: String(i) });
    call.end();
  },
  Gather(call, answer) {
    let text = '';
    call.on('data', (words) => { text += words.text; });
    call.on('end', () => answer(null, { text }));
  },
  Talk(call) {
    call.on('data', (words) => call.write(words));
    call.on('end', () => call.end());
  },
  Fail(call, answer) {
    answer({ code: grpc.status.FAILED_PRECONDITION, details: 'not today: 100 % sure', metadata: trailers() });
  },
  Wait(call) {
    console.log('waiting');
    call.on('cancelled', () => console.log('cancelled'));
  },
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`listening ${port}`);
});
