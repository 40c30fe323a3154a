const ASKS = /\b(write|implement|create|give|show|fix|generate|complete)\b|实现|编写|写一个|schreibe|écris/i;
const ABOUT_CODE =
  /\b(function|code|script|program|method|python|javascript|typescript)\b|函数|代码|funktion|fonction/i;

interface Template {
  mentioned: RegExp;
  /** Right and wrong bodies; the wrong one has the slip that people make. */
  python: [right: string, wrong: string];
  javascript: [right: string, wrong: string];
}

const TEMPLATES: readonly Template[] = [
  {
    mentioned: /palindrom|回文/i,
    python: [
      'def is_palindrome(text):\n    letters = [c.lower() for c in text if c.isalnum()]\n    return letters == letters[::-1]',
      'def is_palindrome(text):\n    return text == text[::-1]',
    ],
    javascript: [
      "function isPalindrome(text) {\n  const letters = text.toLowerCase().replace(/[^\\p{L}\\p{N}]/gu, '');\n  return letters === [...letters].reverse().join('');\n}",
      "function isPalindrome(text) {\n  return text === [...text].reverse().join('');\n}",
    ],
  },
  {
    mentioned: /revers|反转|umkehr/i,
    python: ['def reverse_string(text):\n    return text[::-1]', 'def reverse_string(text):\n    return text[-2::-1]'],
    javascript: [
      "function reverseString(text) {\n  return [...text].reverse().join('');\n}",
      "function reverseString(text) {\n  return [...text].slice(1).reverse().join('');\n}",
    ],
  },
  {
    mentioned: /\bprimes?\b|素数|质数|primzahl/i,
    python: [
      'def is_prime(n):\n    if n < 2:\n        return False\n    i = 2\n    while i * i <= n:\n        if n % i == 0:\n            return False\n        i += 1\n    return True',
      'def is_prime(n):\n    i = 2\n    while i * i < n:\n        if n % i == 0:\n            return False\n        i += 1\n    return True',
    ],
    javascript: [
      'function isPrime(n) {\n  if (n < 2) return false;\n  for (let i = 2; i * i <= n; i += 1) {\n    if (n % i === 0) return false;\n  }\n  return true;\n}',
      'function isPrime(n) {\n  for (let i = 2; i * i < n; i += 1) {\n    if (n % i === 0) return false;\n  }\n  return true;\n}',
    ],
  },
  {
    mentioned: /fibonacci|斐波那契/i,
    python: [
      'def fibonacci(n):\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a',
      'def fibonacci(n):\n    a, b = 0, 1\n    for _ in range(n - 1):\n        a, b = b, a + b\n    return a',
    ],
    javascript: [
      'function fibonacci(n) {\n  let [a, b] = [0, 1];\n  for (let i = 0; i < n; i += 1) [a, b] = [b, a + b];\n  return a;\n}',
      'function fibonacci(n) {\n  let [a, b] = [0, 1];\n  for (let i = 1; i < n; i += 1) [a, b] = [b, a + b];\n  return a;\n}',
    ],
  },
  {
    mentioned: /factorial|阶乘|fakultät/i,
    python: [
      'def factorial(n):\n    result = 1\n    for i in range(2, n + 1):\n        result *= i\n    return result',
      'def factorial(n):\n    result = 1\n    for i in range(2, n):\n        result *= i\n    return result',
    ],
    javascript: [
      'function factorial(n) {\n  let result = 1;\n  for (let i = 2; i <= n; i += 1) result *= i;\n  return result;\n}',
      'function factorial(n) {\n  let result = 1;\n  for (let i = 2; i < n; i += 1) result *= i;\n  return result;\n}',
    ],
  },
  {
    mentioned: /\b(sum|add|total)\b|求和|summe/i,
    python: ['def total(numbers):\n    return sum(numbers)', 'def total(numbers):\n    return sum(numbers[1:])'],
    javascript: [
      'function total(numbers) {\n  return numbers.reduce((sum, n) => sum + n, 0);\n}',
      'function total(numbers) {\n  return numbers.slice(1).reduce((sum, n) => sum + n, 0);\n}',
    ],
  },
  {
    mentioned: /\b(max|maximum|largest|biggest)\b|最大/i,
    python: ['def largest(numbers):\n    return max(numbers)', 'def largest(numbers):\n    return numbers[-1]'],
    javascript: [
      'function largest(numbers) {\n  return Math.max(...numbers);\n}',
      'function largest(numbers) {\n  return numbers[numbers.length - 1];\n}',
    ],
  },
];

/** A code block from a template, right or with a slip; null where the prompt asks for none of the templates. */
export function answerCode(prompt: string, correct: boolean): string | null {
  const head = prompt.slice(0, 4_000);
  if (!ASKS.test(head) || !ABOUT_CODE.test(head)) return null;
  const template = TEMPLATES.find(({ mentioned }) => mentioned.test(head));
  if (template === undefined) return null;
  const language = /\b(javascript|typescript|js|ts|node)\b/i.test(head) ? 'javascript' : 'python';
  return `\`\`\`${language}\n${template[language][correct ? 0 : 1]}\n\`\`\``;
}
