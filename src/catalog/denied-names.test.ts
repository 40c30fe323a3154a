import { describe, expect, it } from 'vitest';
import { sampleDeployment } from '../../test/support/deployments.ts';
import { deniedIds, unknownDenied } from './denied-names.ts';

const names = (makers: readonly string[], operators: readonly string[] = []) => ({
  denied_makers: makers,
  denied_operators: operators,
});

describe('denied makers and operators', () => {
  it('are meant under every name that a model may be asked for by, and in any case', () => {
    const { makers, operators } = deniedIds(names(['z-ai', 'Qwen', 'openai'], ['DeepSeek', 'zai', 'Acme']));
    expect(makers).toEqual(['z-ai', 'zhipu', 'Qwen', 'alibaba', 'openai']);
    expect(operators).toEqual(['DeepSeek', 'deepseek', 'zai', 'zhipu', 'Acme']);
  });

  it('whom nobody knows are a warning with the name that may be meant', () => {
    const deployments = [{ ...sampleDeployment(), maker: 'acme' }];
    expect(unknownDenied(names(['z-ai', 'acme'], ['anthropic', 'self']), deployments)).toEqual([]);
    expect(unknownDenied(names(['openai', 'antropic'], ['deepsek']), deployments)).toMatchObject([
      { severity: 'warning', path: ['policy', 'denied_makers', 1], hint: 'Did you mean anthropic?' },
      { severity: 'warning', path: ['policy', 'denied_operators', 0], hint: 'Did you mean deepseek?' },
    ]);
  });
});
