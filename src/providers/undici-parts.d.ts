// Two files of undici, whose own types speak of the package as a whole (docs/dependencies.md says why they are named).

declare module 'undici/lib/dispatcher/client.js' {
  import { Client } from 'undici';

  // biome-ignore lint/style/noDefaultExport: it is what the file exports
  export default Client;
}

declare module 'undici/lib/core/connect.js' {
  import { buildConnector } from 'undici';

  // biome-ignore lint/style/noDefaultExport: it is what the file exports
  export default buildConnector;
}
