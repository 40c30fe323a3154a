/** The page before its script has run. Ids are looked up by browser/page.js, which a test compares. */
export const PAGE_MARKUP = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Alidade</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page/page.css">
<script type="module" src="/page/page.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the request</a>
<header>
  <h1>Alidade</h1>
  <p id="status" role="status">Asking for the status.</p>
</header>
<p id="sandbox" class="sandbox" role="status" hidden><strong>SANDBOX: not an AI model.</strong>
Answers come from small programs on this machine. They show how a request is handled and nothing about any model.
Set a vendor's key in the environment and start again to reach real models.</p>
<noscript><p class="problem">This page needs its script. The API works without it: see /api/openapi.json.</p></noscript>
<main id="main">
<div class="columns">
<form id="request" aria-labelledby="request-heading">
  <h2 id="request-heading">Request</h2>
  <label for="prompt">Prompt</label>
  <textarea id="prompt" rows="9" required spellcheck="false"></textarea>
  <div id="examples" class="row" role="group" aria-label="Examples"></div>
  <div class="fields">
    <div><label for="model">Model</label>
      <input id="model" list="models" value="auto" autocomplete="off" spellcheck="false" aria-describedby="model-hint">
      <datalist id="models"></datalist></div>
    <div><label for="use-case">Use case (optional)</label>
      <input id="use-case" autocomplete="off" spellcheck="false"></div>
    <div><label for="estimated-tokens">Estimated tokens (optional)</label>
      <input id="estimated-tokens" type="number" min="1" step="1" inputmode="numeric"></div>
    <div class="check"><input id="stream" type="checkbox" checked><label for="stream">Stream the answer</label></div>
    <div id="key-field" hidden><label for="key">Key (kept in memory until this tab is closed)</label>
      <input id="key" type="password" autocomplete="off"></div>
  </div>
  <p id="model-hint" class="hint">auto lets Alidade choose. Decide calls nobody; Send calls the first model of the plan.</p>
  <div class="row">
    <button type="submit" class="primary">Decide</button>
    <button type="button" id="send">Send</button>
    <button type="button" id="stop" hidden>Stop</button>
    <span id="announcement" role="status"></span>
  </div>
  <div id="problem" class="problem" role="alert" hidden></div>
</form>
<div>
  <section id="decision-section" aria-labelledby="decision-heading" hidden>
    <h2 id="decision-heading">Decision</h2>
    <div id="decision"></div>
  </section>
  <section id="answer-section" aria-labelledby="answer-heading" hidden>
    <h2 id="answer-heading">Answer</h2>
    <p id="answer-source" class="hint"></p>
    <details id="reasoning-section" hidden><summary>Reasoning</summary><pre id="reasoning" tabindex="0"></pre></details>
    <pre id="answer" class="answer" tabindex="0"></pre>
    <p id="answer-end" class="hint"></p>
  </section>
  <section id="receipt-section" aria-labelledby="receipt-heading" hidden>
    <h2 id="receipt-heading">Receipt</h2>
    <div id="receipt"></div>
  </section>
</div>
</div>
<section aria-labelledby="snippets-heading">
  <h2 id="snippets-heading">Use it from code</h2>
  <p class="hint">Any OpenAI client works: only the base URL changes.</p>
  <div id="snippets"></div>
</section>
</main>
<footer><p><a href="/api/openapi.json">API description</a> · <a href="/healthz">/healthz</a> · <a href="/readyz">/readyz</a></p></footer>
</body>
</html>
`;
