import { test } from 'vitest';
throw new Error('at load');
