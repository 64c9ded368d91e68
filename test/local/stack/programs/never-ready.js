console.error('The disk is full.');
process.exitCode = 3;
