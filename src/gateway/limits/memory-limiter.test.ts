import { describeLimiter } from '../../../test/contract/limiter.ts';
import { MemoryLimiter } from './memory-limiter.ts';

describeLimiter('in memory', (clock) => new MemoryLimiter(clock));
