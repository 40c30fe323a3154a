// One file of undici, whose own types speak of the package as a whole (docs/dependencies.md says why it is named).

declare module 'undici/lib/core/connect.js' {
  import { buildConnector } from 'undici';

  // biome-ignore lint/style/noDefaultExport: it is what the file exports
  export default buildConnector;
}
