import { SANDBOX_NOTICE } from '../notice.ts';

const ECHO_CHARACTERS = 200;

/** Says what it is and repeats the beginning of the prompt, so that what reached the upstream can be seen. */
export function answerChat(prompt: string): string {
  const characters = [...prompt.trim().replace(/\s+/g, ' ')];
  const echo = characters.slice(0, ECHO_CHARACTERS).join('') + (characters.length > ECHO_CHARACTERS ? '…' : '');
  const cjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/.test(echo);
  return cjk
    ? `${SANDBOX_NOTICE}。这里没有模型,回答由固定程序生成。您写道:“${echo}”`
    : `${SANDBOX_NOTICE}. A fixed program writes this answer; the route, the stream and the receipt are real. You wrote: "${echo}"`;
}
