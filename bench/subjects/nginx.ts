import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, startProcess } from '../process/pinned-process.ts';
import { freePort, waitFor } from '../process/wait-for.ts';
import { acceptsConnections } from './probe.ts';
import { BENCH_KEY, type RunningSubject, type Subject, type SubjectContext, SubjectUnavailable } from './subject.ts';

/** nginx as a plain reverse proxy: one worker, keep-alive both ways, no log, no buffering of answers. */
export const nginx: Subject = { name: 'nginx', role: 'yardstick', start };

/** Version of the nginx on this machine, or null. Debian keeps it in /usr/sbin, which is not on every PATH. */
function findNginx(): { file: string; version: string } | null {
  for (const file of ['nginx', '/usr/sbin/nginx', '/usr/local/sbin/nginx']) {
    const run = spawnSync(file, ['-v'], { encoding: 'utf8' });
    const version = /nginx\/(\S+)/.exec(run.stderr ?? '')?.[1];
    if (run.status === 0 && version !== undefined) return { file, version };
  }
  return null;
}

async function start(context: SubjectContext): Promise<RunningSubject> {
  const found = findNginx();
  if (found === null)
    throw new SubjectUnavailable('nginx is not installed (apt-get install nginx); the bare relay is the yardstick');
  const port = await freePort();
  const { folder } = context;
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port, context.upstreamPort));
  const process_ = startProcess({
    command: [found.file, '-c', file, '-p', folder, '-e', join(folder, 'log')],
    core: context.core,
    cwd: folder,
    env: cleanEnvironment(folder),
    logFile: join(folder, 'log'),
  });
  await waitFor('nginx', process_, () => acceptsConnections(port));
  return {
    process: process_,
    port,
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${BENCH_KEY}` },
    version: found.version,
  };
}

function configuration(folder: string, port: number, upstreamPort: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  // The worker would otherwise drop to "nobody", who may not enter a temporary folder of root's.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `
daemon off;
${user}
worker_processes 1;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'log')} warn;
events { worker_connections 16384; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${join(folder, 'tmp', name)};`).join('\n  ')}
  tcp_nodelay on;
  keepalive_timeout 600s;
  keepalive_requests 100000000;
  client_max_body_size 64m;
  client_body_buffer_size 16m;
  upstream mock {
    server 127.0.0.1:${upstreamPort};
    keepalive 4096;
    keepalive_requests 100000000;
    keepalive_timeout 600s;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 600s;
    }
  }
}
`;
}
