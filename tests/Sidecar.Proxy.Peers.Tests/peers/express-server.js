'use strict';
const express = require('express');

const app = express();
app.get('/', (request, response) => response.send('open'));
app.all('/secret', (request, response) => response.send('protected'));
app.use('/admin', (request, response) => response.send('protected'));
app.use((request, response) => response.status(404).send('nothing'));
const server = app.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
