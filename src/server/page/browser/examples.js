/** @typedef {{ name: string, prompt: string, estimatedTokens?: number }} Example */

/** One for each way in which a request is recognised. The first stands for a contract far longer than its text here. */
/** @type {readonly Example[]} */
export const EXAMPLES = [
  {
    name: 'Long Chinese contract',
    prompt: '请审阅所附的供货合同，列出对买方不利的条款，并说明违约责任、管辖法律和数据保护方面的主要风险。',
    estimatedTokens: 85000,
  },
  {
    name: 'Code',
    prompt: 'Write a Python function that says whether a word is a palindrome.',
  },
  {
    name: 'Mathematics',
    prompt: 'Calculate 17 percent of 840.',
  },
  {
    name: 'Creative',
    prompt: 'Write a short story about a lighthouse keeper who receives a letter addressed to the sea.',
  },
  {
    name: 'Extraction',
    prompt:
      'Extract the date, the amounts and the e-mail address as JSON.\n\nInvoice of 2026-03-03: two chairs at 89.50 EUR, one table at 240.00 EUR, in all 419.00 EUR. Questions to billing@example.com.',
  },
  {
    name: 'Security review',
    prompt:
      'Review this handler for vulnerabilities:\n\napp.get("/user", (request, response) => {\n  database.query("SELECT * FROM users WHERE id = " + request.query.id, (error, rows) => response.send(rows));\n});',
  },
];
