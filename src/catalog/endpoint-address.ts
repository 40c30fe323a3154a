import type { EndpointConfig } from '../contracts/configuration.ts';
import type { ConfigurationPath } from '../contracts/configuration-problem.ts';
import type { Preset } from '../contracts/preset.ts';
import { isLocalName, isPrivateAddress } from '../lib/private-address.ts';
import { type Findings, oneOf } from './findings.ts';

/** The endpoint's base URL without a trailing slash, or null after telling `findings` what is wrong with it. */
export function endpointAddress(
  config: EndpointConfig,
  preset: Preset | null,
  path: ConfigurationPath,
  findings: Findings,
): string | null {
  if (config.base_url !== undefined) return checkedAddress(config, [...path, 'base_url'], findings);
  if (preset === null) {
    findings.error(
      path,
      'An endpoint without a preset needs base_url.',
      'Add base_url: what the SDK of the vendor takes.',
    );
    return null;
  }
  const regions = preset.regions ?? {};
  if (config.region !== undefined && Object.hasOwn(regions, config.region)) return regions[config.region] as string;
  // Taking the global address while the file says a region would turn a wish into a fact that policy believes.
  if (config.region !== undefined && Object.keys(regions).length > 0) {
    findings.error(
      [...path, 'region'],
      `The preset ${preset.name} has no address for the region ${config.region}.`,
      `It has ${oneOf(Object.keys(regions))}; for another place give its base_url.`,
    );
    return null;
  }
  if (preset.baseUrl !== null) return preset.baseUrl;
  findings.error(path, `The preset ${preset.name} has no fixed address: base_url is missing.`, `See ${preset.docs}`);
  return null;
}

function checkedAddress(config: EndpointConfig, path: ConfigurationPath, findings: Findings): string | null {
  const text = config.base_url as string;
  const url = URL.parse(text);
  const problem = url === null ? 'is not a URL' : addressProblem(url, config.private === true);
  if (problem === null) return text.replace(/\/+$/, '');
  findings.error(path, `base_url ${problem}.`, addressHint(problem));
  return null;
}

const NEEDS_PRIVATE = ['uses http', 'names a private or loopback address'] as const;

function addressProblem(url: URL, allowPrivate: boolean): string | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `uses ${url.protocol.slice(0, -1)}, not https`;
  if (url.username !== '' || url.password !== '') return 'carries a credential; use api_key';
  if (url.search !== '' || url.hash !== '') return 'has a query or fragment, which a base URL cannot have';
  if (/\/(chat\/completions|messages|embeddings)\/?$/.test(url.pathname)) {
    return 'names one call; leave off the last path, as for the SDK';
  }
  if (allowPrivate) return null;
  if (url.protocol === 'http:') return NEEDS_PRIVATE[0];
  return isPrivateAddress(url.hostname) === true || isLocalName(url.hostname) ? NEEDS_PRIVATE[1] : null;
}

function addressHint(problem: string): string | null {
  return (NEEDS_PRIVATE as readonly string[]).includes(problem)
    ? 'Write private: true beside it if this is a server of your own.'
    : null;
}
