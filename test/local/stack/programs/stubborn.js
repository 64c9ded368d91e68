setInterval(() => undefined, 1_000);
process.send({ type: 'ready' });
