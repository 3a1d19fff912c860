import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';

/**
 * Who sends a request, for limiting how often: the address as the nearest trusted proxy saw it. Each proxy appends the
 * address of its own peer to X-Forwarded-For, so only the last `trustedProxies` entries can be believed: what stands
 * before them anybody may write. With none (no load balancer in front) the header counts for nothing.
 *
 * @param trustedProxies load balancers between the client and this process
 */
export function clientOf(request: IncomingMessage, trustedProxies: number): string {
  const peer = request.socket.remoteAddress ?? '';
  if (trustedProxies === 0) return normalise(peer);
  const header = request.headers['x-forwarded-for'];
  const entries = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  const entry = entries.at(-trustedProxies)?.trim() ?? '';
  return isIPv4(entry) || isIPv6(entry) ? normalise(entry) : normalise(peer);
}

/** One client is one IPv4 address, or one IPv6 network of 64 bits: within it anybody has addresses without end. */
export function normalise(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return isIPv4(address) ? address : 'unknown';
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const groups = address.includes('::')
    ? [...first, ...Array(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last]
    : first;
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
