// Loaded into the legacy app by NODE_OPTIONS: an app that does not hear a request to stop.
process.on('SIGTERM', () => {});
