#!/usr/bin/env node
// kubectl, as far as the steps of runbooks need it in a drill: asks the drill, whose processes stand for pods. It comes
// first on the PATH of a drill's steps, so that they are the very commands that people would run.
const { spawnSync } = require('node:child_process');
const { createServer, connect } = require('node:net');

async function main() {
  const response = await fetch(process.env.HOLDFAST_DRILL, {
    method: 'POST',
    body: JSON.stringify(process.argv.slice(2)),
  });
  const { output, error, forward, run } = await response.json();
  if (output) process.stdout.write(`${output}\n`);
  if (error) process.stderr.write(`error: ${error}\n`);
  process.exitCode = error ? 1 : 0;
  if (run) {
    const env = { ...process.env, HOLDFAST_MANAGEMENT_URL: run.url };
    process.exitCode = spawnSync('holdfast', run.args, { stdio: 'inherit', env }).status ?? 1;
  }
  if (!forward) return;
  const server = createServer((client) => {
    const pod = connect(forward.to, '127.0.0.1');
    client.pipe(pod).pipe(client);
    const end = () => {
      client.destroy();
      pod.destroy();
    };
    for (const socket of [client, pod]) socket.on('error', end);
  });
  server.listen(forward.from, '127.0.0.1');
}

main().catch((error) => {
  console.error(`error: the drill does not answer: ${error.message}`);
  process.exitCode = 1;
});
