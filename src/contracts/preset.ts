import type { AuthScheme, EndpointFacts, UpstreamQuirks } from './deployment.ts';
import type { Capability, Dialect } from './vocabulary.ts';

/**
 * What we know about one way of serving models before any configuration: a vendor's public API in one dialect, or a
 * kind of server (vLLM, Ollama). Adding a look-alike vendor is one value of this type and one fixture.
 */
export interface Preset {
  /** Unique; what `preset:` of an endpoint names. */
  name: string;
  /** Who operates it, an id of the operators table in catalog/; `self` for engines that run on own machines. */
  operator: string;
  dialect: Dialect;
  /** What the vendor's SDK takes, without a trailing slash; null where only the config can say it (own servers, per-resource hosts). */
  baseUrl: string | null;
  /** Base URL per compute region that the vendor offers, keyed by ISO 3166 alpha-2 lower case or `eu`. An endpoint's `region` selects one. */
  regions?: Readonly<Record<string, string>>;
  auth: AuthScheme;
  /** Environment variables that hold a key for it, the first one found counts. Empty for engines without keys. */
  environmentVariables: readonly string[];
  /**
   * What every model behind it can do, as far as the wire is concerned. A deployment gets what its model and this list
   * have in common; absent means that the preset limits nothing.
   */
  capabilities?: readonly Capability[];
  quirks: UpstreamQuirks;
  /** Facts that the vendor documents, with `checkedAt`; what is left out is `unknown`. */
  facts?: Partial<EndpointFacts>;
  /** Facts that hold for one of `regions` only, on top of `facts`. */
  regionFacts?: Readonly<Record<string, Partial<EndpointFacts>>>;
  /**
   * Logical model -> the name that this upstream knows it by. Besides these, a maker's own API serves the maker's models
   * under the names of the catalogue. A key in the environment lights exactly these two kinds.
   */
  upstreamModels?: Readonly<Record<string, string>>;
  /** Engines found by looking at loopback: where, and the path that answers when it is there. */
  local?: { readonly port: number; readonly probe: string };
  /** Provider id of @pydantic/genai-prices, where it knows prices of this endpoint; absent: no catalogue price. */
  priceProvider?: string;
  /** Factor on the catalogue price where the vendor charges more in one of `regions`, e.g. `{ eu: 1.1 }`. Prices of the config are never changed. */
  priceFactors?: Readonly<Record<string, number>>;
  /** Where the vendor documents the above. */
  docs: string;
  /** Date on which somebody read `docs`, YYYY-MM-DD. */
  checkedAt: string;
  /** What of the above was not found in the vendor's own documents, and where it comes from instead. */
  unverified?: readonly string[];
}
